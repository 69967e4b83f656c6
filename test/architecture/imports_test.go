package architecture

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/kestra-operator/kestra-operator/"

// room is a part of the project and what its packages may import, their tests left out. Everything in
// "never" is refused; with "only" set, whatever is outside the standard library and not listed is refused too.
type room struct {
	only, never []string
}

var rooms = map[string]room{
	"schemas/flow":       {only: []string{module + "schemas/flow", "gopkg.in/yaml.v3", "github.com/santhosh-tekuri/jsonschema/v5"}},
	"schemas/v1alpha1":   {only: []string{"k8s.io/apimachinery", "k8s.io/api"}},
	"schemas":            {never: []string{module + "webhooks", module + "controllers", module + "cmd", module + "test", "k8s.io/client-go", "sigs.k8s.io/controller-runtime"}},
	"controllers/kestra": {only: []string{"github.com/cenkalti/backoff/v5"}},
	"webhooks":           {never: []string{module + "controllers", module + "cmd", module + "test"}},
	"controllers":        {never: []string{module + "webhooks", module + "cmd", module + "test"}},
	"cmd":                {never: []string{module + "test"}},
}

func TestEachRoomImportsOnlyWhatItMayKnow(t *testing.T) {
	for name, room := range rooms {
		t.Run(name, func(t *testing.T) {
			for imported, importer := range importsOf(t, name) {
				if under(imported, room.never) || (room.only != nil && !isStandard(imported) && !under(imported, room.only)) {
					t.Errorf("%s imports %s, which is outside of what %s may know", importer, imported, name)
				}
			}
		})
	}
}

// importsOf returns what the packages of a room import, each with one importer.
func importsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", `{{range .Imports}}{{.}} {{$.ImportPath}}{{"\n"}}{{end}}`, "./"+name+"/...")
	list.Dir = "../.."
	output, err := list.Output()
	if err != nil {
		t.Fatalf("list the packages of %s: %v", name, err)
	}
	imports := map[string]string{}
	for line := range strings.Lines(string(output)) {
		if imported, importer, found := strings.Cut(strings.TrimSpace(line), " "); found {
			imports[imported] = importer
		}
	}
	if len(imports) == 0 {
		t.Fatalf("%s imports nothing: was it moved?", name)
	}
	return imports
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func under(path string, parents []string) bool {
	for _, parent := range parents {
		parent = strings.TrimSuffix(parent, "/")
		if path == parent || strings.HasPrefix(path, parent+"/") {
			return true
		}
	}
	return false
}
