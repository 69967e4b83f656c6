package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// invariants are what the operator promises. The tests that fail when one is broken begin with TestInvariant and
// its number.
var invariants = []string{
	1:  "one judge decides in admission, in the reconciler and on the command line",
	2:  "only what was admitted reaches Kestra",
	3:  "what reaches Kestra carries the read-only label",
	4:  "the user's bytes stay as they are, and no spec is written",
	5:  "Kestra is looked at and compared before it is written",
	6:  "what the operator never wrote is never deleted",
	7:  "a target has one owner",
	8:  "a dead webhook traps no object",
	9:  "no secret is in a condition, event, log line, metric or error",
	10: "everything is bounded",
}

func TestEveryInvariantHasATestOfItsName(t *testing.T) {
	tests := testsOfInvariants(t)
	for number, promise := range invariants {
		if number > 0 && len(tests[number]) == 0 {
			t.Errorf("no test is named after invariant %d: %s", number, promise)
		}
	}
	for number := range tests {
		if number >= len(invariants) {
			t.Errorf("%v are named after invariant %d, which is not listed", tests[number], number)
		}
	}
}

// testsOfInvariants returns the names of the project's tests by the invariant that they are named after.
func testsOfInvariants(t *testing.T) map[int][]string {
	t.Helper()
	const root, prefix = "../..", "TestInvariant"
	tests := map[int][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			function, isFunction := declaration.(*ast.FuncDecl)
			if !isFunction || !strings.HasPrefix(function.Name.Name, prefix) {
				continue
			}
			rest := function.Name.Name[len(prefix):]
			digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
			number, err := strconv.Atoi(digits)
			if err != nil {
				return err
			}
			tests[number] = append(tests[number], function.Name.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
