package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
)

// allowed are the licences under which code may be part of an Apache-2.0 binary without conditions beyond
// keeping the notice.
var allowed = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "Unlicense", "CC0-1.0", "BSD-3-Clause-Clear"}

// recognised is the share of a licence file, in percent, that must be the text of known licences.
const recognised = 60

func TestEveryModuleOfTheOperatorStandsUnderAnAllowedLicence(t *testing.T) {
	for path, folder := range linkedModules(t) {
		t.Run(path, func(t *testing.T) {
			coverage := licensecheck.Scan(licenceText(t, folder))
			if coverage.Percent < recognised {
				t.Errorf("only %.0f %% of the licence text is known", coverage.Percent)
			}
			for _, match := range coverage.Match {
				if !slices.Contains(allowed, match.ID) {
					t.Errorf("licence %s is not among the allowed ones", match.ID)
				}
			}
		})
	}
}

// linkedModules returns the folders of the modules that are part of the operator's binary.
func linkedModules(t *testing.T) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}`, "./cmd/kestra-operator")
	list.Dir = "../.."
	output, err := list.Output()
	if err != nil {
		t.Fatalf("list the operator's modules: %v", err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(output)) {
		if path, folder, found := strings.Cut(strings.TrimSpace(line), " "); found {
			modules[path] = folder
		}
	}
	if len(modules) < 10 {
		t.Fatalf("only %d modules are part of the operator: the list cannot be right", len(modules))
	}
	return modules
}

// licenceText returns the licence files of a module, joined. A file LICENSES lists those of the modules that it
// needs, and these are looked at themselves.
func licenceText(t *testing.T, folder string) []byte {
	t.Helper()
	var text []byte
	for _, pattern := range []string{"LICEN[CS]E", "LICEN[CS]E[.\\-]*", "COPYING*", "licen[cs]e*"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				continue // a folder of that name
			}
			text = append(text, content...)
		}
	}
	if len(text) == 0 {
		t.Fatal("the module has no licence file")
	}
	return text
}
