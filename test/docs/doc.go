// Package docs tests the documentation: every command line of the program is one that it takes, every manifest is one
// that the operator admits, every link leads somewhere, and every test, make target and folder that is named exists.
//
// The pages of docs/reference are written by the command in the folder reference, from the code itself. Nothing
// here needs a cluster or a Kestra: commands are run by test/demo and test/e2e, through test/doctest.
package docs
