package gitops

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

const argoApplication = project + "/config/samples/argocd/application.yaml"

func TestAnArgoCDProjectPermitsTheThreeKindsAndNothingElse(t *testing.T) {
	installArgoCD(t)
	text, err := os.ReadFile(argoApplication)
	if err != nil {
		t.Fatal(err)
	}
	kubectl(t, "", "create", "namespace", "argocd")
	kubectl(t, string(text), "apply", "--server-side", "--validate=strict", "-f", "-")
	deployed := strings.ReplaceAll(team, "NAMESPACE", "company.team") + `---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: everything}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: elsewhere, namespace: team-finance}
`
	got := map[string]string{}
	for _, answer := range ask(t, "argocd permit", request{Objects: append(objects(t, string(text)), objects(t, deployed)...)}) {
		got[answer.Object] = strings.TrimSpace(answer.Result + " " + answer.Message)
	}
	want := map[string]string{
		"KestraFlow/labelled":      "permitted",
		"KestraKeyValue/value":     "permitted",
		"KestraNamespaceFile/file": "permitted",
		"ConfigMap/settings":       "denied the kind is not permitted",
		"RoleBinding/everything":   "denied the kind is not permitted",
		"KestraKeyValue/elsewhere": "denied the destination is not permitted",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// installArgoCD installs the definitions of Argo CD's kinds, of the version whose code the tools are.
func installArgoCD(t *testing.T) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3")
	command.Dir, command.Env = "tools", build.Environment()
	folder, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"application", "appproject"} {
		definition := filepath.Join(strings.TrimSpace(string(folder)), "manifests", "crds", kind+"-crd.yaml")
		kubectl(t, "", "apply", "--server-side", "-f", definition)
	}
	kubectl(t, "", "wait", "--for=condition=Established", "--timeout=60s", "crd/applications.argoproj.io", "crd/appprojects.argoproj.io")
}
