// Package docs tests the documentation: every command line of the program is one that it takes, every manifest is one
// that the operator admits, every link leads somewhere, and every test, make target and folder that is named exists. What
// kubectl and Helm are told is not run here.
//
// The pages of docs/reference are written by the command in the folder reference, from the code itself. Nothing
// here needs a cluster or a Kestra.
package docs
