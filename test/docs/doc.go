// Package docs tests the documentation: every command line is one that the program takes, every manifest is one
// that the operator admits, every link leads somewhere, and every test that is named exists.
//
// The pages of docs/reference are written by the command in the folder reference, from the code itself. Nothing
// here needs a cluster or a Kestra.
package docs
