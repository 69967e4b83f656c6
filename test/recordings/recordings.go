// Package recordings finds what real Kestra servers answered, and the flows that they were asked about. They are not
// part of the project and lie beside its folder.
//
// It never writes, and never runs a flow.
package recordings

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns where something recorded is, such as "kestra", "1.3.25", "flow-schema.json". Where it is not there the
// test is skipped; with CI=true it fails, since there it has to be.
func Path(t testing.TB, elements ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{Folder()}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the recordings of real servers must be there in CI: %v", err)
		}
		t.Skipf("no recordings of real servers: %v", err)
	}
	return path
}

// Read returns the content of a recorded file, and skips or fails the test as Path does.
func Read(t testing.TB, elements ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(Path(t, elements...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Folder is where the recordings are if they are there, for what is only better with them.
func Folder() string { return filepath.Join(project(), "..", "shared") }

// project is the nearest folder above the test's own that has a go.mod.
func project() string {
	folder, err := os.Getwd()
	if err != nil {
		return "."
	}
	for parent := folder; ; parent = filepath.Dir(parent) {
		if _, err := os.Stat(filepath.Join(parent, "go.mod")); err == nil {
			return parent
		}
		if parent == filepath.Dir(parent) {
			return folder
		}
	}
}
