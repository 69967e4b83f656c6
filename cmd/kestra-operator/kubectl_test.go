package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// seenObjects are a flow that is ready, a key-value that is not, and a file that nobody has looked at.
const seenObjects = `apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: hello, namespace: default}
spec:
  namespace: company.team
  id: hello
  source: |
    id: hello
    namespace: company.team
    labels:
      system.readOnly: "true"
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: hi
status:
  url: https://kestra.example.com/ui/main/flows/edit/company.team/hello
  conditions: [{type: Ready, status: "True", reason: Succeeded, message: "", observedGeneration: 1, lastTransitionTime: "2026-11-24T08:00:00Z"}]
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: password, namespace: default}
spec: {namespace: company.team, key: password, valueFrom: {secretKeyRef: {name: held, key: content}}}
status:
  conditions: [{type: Ready, status: "False", reason: KestraUnavailable, message: it is away, observedGeneration: 1, lastTransitionTime: "2026-11-24T08:00:00Z"}]
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: main, namespace: default}
spec: {namespace: company.team, filename: scripts/main.py, content: "print(2)\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: held, namespace: default}
stringData: {content: hunter2}
`

// besideObjects are objects with the Secret and the ConfigMap that they refer to, none of which is in the cluster. The
// Secret holds what Kestra holds, the ConfigMap something else.
const besideObjects = `apiVersion: v1
kind: Secret
metadata: {name: beside}
stringData: {content: ` + secretValue + `}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: beside}
spec: {namespace: company.team, key: password, valueFrom: {secretKeyRef: {name: beside, key: content}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: beside}
data: {content: "print(3)\n"}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: beside}
spec: {namespace: company.team, filename: scripts/main.py, contentFrom: {configMapKeyRef: {name: beside, key: content}}}
`

const besideDiff = `--- kestra:company.team/scripts/main.py
+++ KestraNamespaceFile default/beside
@@ -1 +1 @@
-print(1)
+print(3)
`

// seenCluster is a cluster with these objects, no operator, and a Kestra that its environment names.
func seenCluster(t *testing.T) *cluster.ControlPlane {
	t.Helper()
	plane := cluster.StartForTest(t)
	definitions, err := crd.All()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := envtest.InstallCRDs(plane.Config(), envtest.CRDInstallOptions{CRDs: definitions}); err != nil {
		t.Fatal(err)
	}
	for _, subresource := range []string{"", "status"} {
		for document := range strings.SplitSeq(seenObjects, "---\n") {
			arguments := []string{"apply", "--server-side", "-f", "-"}
			if subresource != "" {
				if !strings.Contains(document, "\nstatus:") {
					continue
				}
				arguments = append(arguments, "--subresource", subresource, "--force-conflicts")
			}
			apply := plane.KubectlCommand(t.Context(), arguments...)
			apply.Stdin = strings.NewReader(document)
			if out, err := apply.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
	}
	server := kestraToMove(t)
	t.Setenv("KESTRA_API_URL", server.URL())
	return plane
}

// step is a command line of the plugin, and what it says.
type step struct {
	name      string
	arguments []string
	code      int
	out, err  string
}

func TestPluginOnARealCluster(t *testing.T) {
	plane := seenCluster(t)
	steps := []step{
		{"status of all", []string{"status"}, exitRefused, "1 of 3 ready\n", ""},
		{"status gives the reason", []string{"status", "kv"}, exitRefused, "KestraUnavailable\n      it is away\n", ""},
		{"status of what nobody has looked at", []string{"status", "-A", "nsfile"}, exitRefused, "default/main (scripts/main.py)  NotSeenYet", ""},
		{"status of what is ready", []string{"status", "flow", "hello"}, exitOK, "1 of 1 ready\n", ""},
		{"status of nothing", []string{"status", "-n", "kube-system"}, exitOK, "no objects in this Kubernetes namespace; --all-namespaces looks in every one\n", ""},
		{"status of a name everywhere", []string{"status", "-A", "flow/hello"}, exitUsage, "", "drop --all-namespaces"},
		{"status in an unknown format", []string{"status", "-o", "xml"}, exitUsage, "", "want text or json"},
		{"status of a kind that is not ours", []string{"status", "pods"}, exitUsage, "", "no kind"},
		{"diff of what is equal", []string{"diff", "flow", "hello"}, exitOK, "", ""},
		{"diff of a value from a Secret", []string{"diff", "kv", "--show-values"}, exitRefused, "the value differs (not shown)\n", ""},
		{"diff of a file", []string{"diff", "nsfile/main"}, exitRefused, "-print(1)\n+print(2)\n", ""},
		{"diff of what is not there", []string{"diff", "flow/absent"}, exitUsage, "", `"absent" not found`},
		{"diff of files and objects", []string{"diff", "-f", "x", "flow"}, exitUsage, "", "give one"},
		{"diff without credentials in reach", []string{"diff", "flow", "--server", "http://127.0.0.1:1"}, exitUsage, "", "compare KestraFlow default/hello"},
		{"open", []string{"open", "flow", "hello"}, exitOK, "https://kestra.example.com/ui/main/flows/edit/company.team/hello\n", ""},
		{"open without an address", []string{"open", "kv/password"}, exitUsage, "", "give --ui-url"},
		{"open a key-value", []string{"open", "kv/password", "--ui-url", "https://k.example.com/"}, exitOK, "https://k.example.com/ui/main/namespaces/edit/company.team/kv\n", ""},
		{"open more than one", []string{"open", "flows,kv"}, exitUsage, "", "no kind"},
		{"suspend", []string{"suspend", "flow", "hello"}, exitOK, "KestraFlow default/hello: suspended\n", ""},
		{"suspend again", []string{"suspend", "flow/hello"}, exitOK, "was so already\n", ""},
		{"status of what is suspended", []string{"status", "flow"}, exitOK, "0 of 1 ready, 1 suspended\n", ""},
		{"resume", []string{"resume", "--all"}, exitOK, "KestraFlow default/hello: resumed\n", ""},
		{"suspend without saying what", []string{"suspend"}, exitUsage, "", "give --all"},
		{"reconcile without an operator", []string{"reconcile", "flow/hello", "--timeout", "100ms"}, exitUsage, "", "no operator has answered"},
		{"reconcile without waiting", []string{"reconcile", "--all", "--no-wait"}, exitOK, "KestraNamespaceFile default/main: asked\n", ""},
		{"doctor", []string{"doctor"}, exitRefused, "no webhook configuration calls the operator", ""},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			arguments := append([]string{"kubectl", s.arguments[0], "--kubeconfig", plane.Kubeconfig()}, s.arguments[1:]...)
			code, out, err := command(t, "", arguments...)
			if code != s.code || !strings.Contains(out, s.out) || !strings.Contains(err, s.err) {
				t.Errorf("exit code %d, want %d\noutput, want %q:\n%s\nerrors, want %q:\n%s", code, s.code, s.out, out, s.err, err)
			}
			if strings.Contains(out+err, "hunter2") || strings.Contains(out+err, secretValue) {
				t.Errorf("a secret is printed:\n%s%s", out, err)
			}
		})
	}
	t.Run("status and doctor for programs", func(t *testing.T) { testJSON(t, plane) })
	t.Run("manifests on disk", func(t *testing.T) { testDiffOfFiles(t, plane) })
	t.Run("calls are not held back", func(t *testing.T) { testUnlimited(t, plane) })
	t.Run("the same verdict as the API server's", func(t *testing.T) { testAgreement(t, plane) })
	t.Run("as kubectl calls it", func(t *testing.T) { testAsPlugin(t, plane) })
}

func testUnlimited(t *testing.T, plane *cluster.ControlPlane) {
	var flags clusterFlags
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.bind(set)
	if err := set.Parse([]string{"--kubeconfig", plane.Kubeconfig()}); err != nil {
		t.Fatal(err)
	}
	access, _, err := flags.access()
	if err != nil {
		t.Fatal(err)
	}
	if access.QPS >= 0 {
		t.Errorf("%v calls a second are allowed, want no limit", access.QPS)
	}
}

func testJSON(t *testing.T, plane *cluster.ControlPlane) {
	for _, arguments := range [][]string{{"status"}, {"doctor"}} {
		code, out, err := command(t, "", append([]string{"kubectl", arguments[0], "--kubeconfig", plane.Kubeconfig()}, "-o", "json")...)
		var decoded any
		if jsonErr := json.Unmarshal([]byte(out), &decoded); jsonErr != nil || code != exitRefused {
			t.Errorf("%v: exit code %d, %v: %s%s", arguments, code, jsonErr, out, err)
		}
	}
}

func testDiffOfFiles(t *testing.T, plane *cluster.ControlPlane) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"hello.yaml":   goodFlow,
		"objects.yaml": seenObjects,
		"values.yaml":  "replicaCount: 2\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, err := command(t, "", "kubectl", "diff", "--kubeconfig", plane.Kubeconfig(), "-f", folder)
	if code != exitRefused || strings.Count(out, "+++ ") != 2 || !strings.Contains(out, "+print(2)\n") || strings.Contains(out, "hunter2") {
		t.Errorf("exit code %d\n%s%s", code, out, err)
	}
	if code, out, err := command(t, besideObjects, "kubectl", "diff", "--kubeconfig", plane.Kubeconfig(), "-f", "-"); code != exitRefused || out != besideDiff {
		t.Errorf("a Secret and a ConfigMap beside the objects: exit code %d\n%s%s", code, out, err)
	}
	code, _, err = command(t, "", "kubectl", "diff", "--kubeconfig", plane.Kubeconfig(), "-f", folder, "--server", "http://127.0.0.1:1")
	if code != exitUsage || strings.Count(err, "connection refused") != 1 {
		t.Errorf("without Kestra: exit code %d, want one refusal to connect\n%s", code, err)
	}
	if code, out, err := command(t, goodFlow, "kubectl", "diff", "-f", "-"); code != exitOK || out != "" {
		t.Errorf("an equal flow on standard input: exit code %d\n%s%s", code, out, err)
	}
}

// testAsPlugin has the real kubectl find the program, and complete its arguments.
func testAsPlugin(t *testing.T, plane *cluster.ControlPlane) {
	binary := filepath.Join(buildBinary(t), "kestra-operator")
	folder := t.TempDir()
	for _, name := range []string{pluginName, completionName} {
		if err := os.Symlink(binary, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		arguments []string
		want      string
	}{
		"a command":          {[]string{"kestra", "open", "flow", "hello"}, "https://kestra.example.com/ui/main/flows/edit/company.team/hello\n"},
		"the help":           {[]string{"kestra", "--help"}, "kubectl kestra [command]"},
		"commands completed": {[]string{"__complete", "kestra", "st"}, "status\t"},
		"kinds completed":    {[]string{"__complete", "kestra", "suspend", ""}, "nsfile\n"},
		"names completed":    {[]string{"__complete", "kestra", "open", "flow", ""}, "hello\n"},
		"kind/name":          {[]string{"__complete", "kestra", "open", "kv/"}, "kv/password\n"},
		"namespaces":         {[]string{"__complete", "kestra", "status", "-n", "kube-"}, "kube-system\n"},
		"formats":            {[]string{"__complete", "kestra", "validate", "-o", ""}, "sarif\n"},
	} {
		t.Run(name, func(t *testing.T) {
			call := exec.CommandContext(t.Context(), plane.KubectlPath(), tc.arguments...)
			call.Env = append(os.Environ(), "KUBECONFIG="+plane.Kubeconfig(), "PATH="+folder+":"+os.Getenv("PATH"))
			out, err := call.CombinedOutput()
			if err != nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("%v, no %q:\n%s", err, tc.want, out)
			}
		})
	}
}
