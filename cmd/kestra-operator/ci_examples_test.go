package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// exampleCommands returns the commands of the binary that a file of the documentation shows.
func exampleCommands(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var commands []string
	var visit func(*yaml.Node)
	visit = func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode && strings.HasPrefix(node.Value, "kestra-operator ") {
			commands = append(commands, node.Value)
		}
		for _, child := range node.Content {
			visit(child)
		}
	}
	visit(&root)
	return commands
}

// buildBinary compiles the command and returns the folder that holds it.
func buildBinary(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "kestra-operator"), ".")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return folder
}

func TestExamplesOfContinuousIntegrationTellGoodFromBad(t *testing.T) {
	binary := buildBinary(t)
	for file, appended := range map[string]string{
		"docs/ci/github-actions.yaml": "",
		"docs/ci/gitlab-ci.yaml":      "",
		".pre-commit-hooks.yaml":      " flows/a.yaml", // pre-commit names the changed files
	} {
		commands := exampleCommands(t, file)
		if len(commands) == 0 {
			t.Errorf("%s shows no command", file)
		}
		for _, command := range commands {
			t.Run(file+": "+command, func(t *testing.T) {
				got := map[string]bool{}
				for name, source := range map[string]string{"good": goodFlow, "bad": badFlow} {
					folder := t.TempDir()
					if err := os.Mkdir(filepath.Join(folder, "flows"), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(folder, "flows", "a.yaml"), []byte(source), 0o600); err != nil {
						t.Fatal(err)
					}
					shell := exec.CommandContext(t.Context(), "sh", "-ec", command+appended)
					shell.Dir = folder
					shell.Env = append(os.Environ(), "PATH="+binary+":"+os.Getenv("PATH"))
					got[name] = shell.Run() == nil
				}
				if diff := cmp.Diff(map[string]bool{"good": true, "bad": false}, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}
