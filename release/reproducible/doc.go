// Package reproducible holds what the archives and the image of a release have in common, so that the same source makes
// the same bytes: how the program is compiled, and when files say that they were made.
//
// It writes nothing outside of temporary folders.
package reproducible
