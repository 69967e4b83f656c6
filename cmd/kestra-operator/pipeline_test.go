package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// renderers are the tools whose output comes through a pipe, and what they render: twice a flow, a Secret, and with
// helm a template that renders to nothing.
var renderers = map[string]struct {
	command   build.Command
	arguments []string
	files     map[string]string
}{
	"helm template": {
		build.Command{Name: "helm", Module: build.Helm, Package: "helm.sh/helm/v4/cmd/helm"}, []string{"template", "release", "."},
		map[string]string{
			"Chart.yaml":            "apiVersion: v2\nname: flows\nversion: 1.0.0\n",
			"values.yaml":           "flows: [hello, world]\nmore: false\n",
			"templates/flows.yaml":  "{{- range .Values.flows }}\n---\n" + renderedFlow("{{ . }}") + "{{- end }}\n",
			"templates/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
			"templates/more.yaml":   "{{- if .Values.more }}\nkind: Never\n{{- end }}\n",
		},
	},
	"kubectl kustomize": {
		build.Command{Name: "kubectl", Module: build.Kubernetes, Package: "k8s.io/kubernetes/cmd/kubectl"}, []string{"kustomize", "."},
		map[string]string{
			"kustomization.yaml": "namespace: team-a\nresources: [hello.yaml, world.yaml, secret.yaml]\n",
			"hello.yaml":         "# a comment\n---\n" + renderedFlow("hello"),
			"world.yaml":         renderedFlow("world"),
			"secret.yaml":        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
		},
	},
}

// renderedFlow is the manifest of a flow.
func renderedFlow(id string) string {
	return "apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nmetadata:\n  name: " + id + "\nspec:\n  id: " + id +
		"\n  namespace: company.team\n  source: |\n    id: " + id + "\n    namespace: company.team\n    tasks:\n      - id: greet\n" +
		"        type: io.kestra.plugin.core.log.Log\n        message: hi\n"
}

// TestWhatOtherToolsRenderIsJudged pipes what helm and kustomize print into the command.
func TestWhatOtherToolsRenderIsJudged(t *testing.T) {
	if testing.Short() {
		t.Skip("builds helm and kubectl")
	}
	for name, tool := range renderers {
		t.Run(name, func(t *testing.T) {
			rendered := render(t, tool.command, tool.arguments, tool.files)
			code, out, _ := command(t, rendered, "validate", "-")
			if code != exitOK || !strings.Contains(out, "2 accepted, 0 refused, 1 other document skipped") {
				t.Errorf("exit code %d of what is right:\n%s\n%s", code, out, rendered)
			}
			broken := strings.Replace(rendered, "id: world\n    namespace", "id: word\n    namespace", 1)
			code, out, _ = command(t, broken, "validate", "-")
			line := 1 + strings.Count(broken[:strings.Index(broken, "id: word\n")], "\n")
			if want := fmt.Sprintf("-:%d:9: error: id", line); code != exitRefused || !strings.Contains(out, want) {
				t.Errorf("exit code %d of what is wrong, want %q:\n%s", code, want, out)
			}
		})
	}
}

// render writes files into a folder and returns what a tool prints of them.
func render(t *testing.T, tool build.Command, arguments []string, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binaries, err := build.Commands(t.Context(), os.Stderr, tool)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), binaries[tool.Name], arguments...)
	run.Dir, run.Stderr = folder, os.Stderr
	run.Env = []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
