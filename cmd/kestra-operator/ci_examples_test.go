package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
	cases := map[string]struct {
		appended string // to the command
		report   string // file that the job leaves behind, and what is in it when a flow is refused
		refusal  string
	}{
		"docs/ci/github-actions.yaml": {},
		"docs/ci/gitlab-ci.yaml":      {report: "flows.xml", refusal: "<failure"},
		".pre-commit-hooks.yaml":      {appended: " flows/a.yaml"}, // pre-commit names the changed files
	}
	for file, c := range cases {
		t.Run(file, func(t *testing.T) {
			commands := exampleCommands(t, file)
			if len(commands) == 0 {
				t.Fatal("the file shows no command")
			}
			job := strings.Join(commands, "\n") + c.appended
			folder, ok := runJob(t, binary, job, goodFlow)
			if !ok {
				t.Error("a good flow is refused")
			}
			checkJobReport(t, folder, c.report, "<testcase")
			folder, ok = runJob(t, binary, job, badFlow)
			if ok {
				t.Error("a bad flow is accepted")
			}
			checkJobReport(t, folder, c.report, c.refusal)
		})
	}
}

// runJob runs the commands of a job over one flow as a runner does, which stops at the first that fails. It returns the
// folder of the job and whether it succeeded.
func runJob(t *testing.T, binary, job, source string) (folder string, ok bool) {
	t.Helper()
	folder = t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "flows"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "flows", "a.yaml"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-ec", job)
	shell.Dir = folder
	shell.Env = append(os.Environ(), "PATH="+binary+":"+os.Getenv("PATH"))
	return folder, shell.Run() == nil
}

// checkJobReport looks for text in the file that a job leaves behind; some leave none.
func checkJobReport(t *testing.T, folder, name, want string) {
	t.Helper()
	if name == "" {
		return
	}
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil || !strings.Contains(string(text), want) {
		t.Errorf("the job left no %s with %s: %v\n%s", name, want, err, text)
	}
}
