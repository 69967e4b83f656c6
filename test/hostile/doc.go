// Package hostile feeds every reader of text that comes from users or servers what is made to exhaust it, and shows
// that each costs memory within a bound that follows from the size of the text.
//
// Time is measured and printed, but bounds nothing: machines differ. How much was allocated does not.
package hostile
