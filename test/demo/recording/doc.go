// Package recording draws what a terminal showed as an animated SVG.
//
// The same transcript makes the same file: pauses follow from the text, not from a clock, and nothing of the picture
// is left to the fonts of whoever looks, since every line says how wide it is. It needs no script, so that forges
// show it; with animations reduced, the last screen stands still.
package recording
