// Command report turns the output of the benchmarks into a table of the goals, each with what was measured, and into
// plots: it fills the part of a Markdown page between two marks, and writes SVG files beside it.
//
// It judges nothing else and measures nothing itself.
package main
