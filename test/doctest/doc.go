// Package doctest follows the project's pages as a reader does: it writes the blocks that are files, runs the commands of
// sh and console blocks in a shell, and compares what consoles print with what it prints now. With -update it writes that
// into the page.
//
// A block is run on the stage of test/demo unless a table says where else, or why nowhere; see [Place]. A yaml block is a
// file when its first line is a remark that gives its name. What a shell exports, and where it changes to, holds for the
// page's later blocks.
//
// What differs from one run to the next (ages) is not compared. Placeholders, such as the URL of a Kestra, are written for
// the reader, and stand for what a test has: see [Reader].
package doctest
