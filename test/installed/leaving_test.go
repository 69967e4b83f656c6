package installed

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// objects are one of each kind.
const objects = `
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: flow}
spec:
  namespace: company.team
  id: flow
  source: |
    id: flow
    namespace: company.team
    tasks:
      - {id: log, type: io.kestra.plugin.core.log.Log, message: hi}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: value}
spec: {namespace: company.team, key: value, value: text}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: file}
spec: {namespace: company.team, filename: a/b.txt, content: text}
`

var everyKind = []string{"flow/flow", "kv/value", "nsfile/file"}

// holdings is all that a Kestra holds.
type holdings struct {
	Flows     []kestra.Flow
	KeyValues []kestra.KeyValue
	Files     map[string][]byte
}

func holdingsOf(server *kestra.Server) holdings {
	return holdings{server.Flows("main"), server.KeyValues("main"), server.Files("main", "company.team")}
}

// release runs the operator's command that takes the finalizers off.
func (i *installation) release(arguments ...string) (string, error) {
	i.t.Helper()
	command := exec.CommandContext(i.t.Context(), binary,
		append([]string{"release", "--orphan", "--kubeconfig", i.plane.Kubeconfig()}, arguments...)...)
	output, err := command.CombinedOutput()
	return string(output), err
}

// The order that the guide tells, on an installation by kustomize; what helm uninstall leaves is tested with Helm.
func TestLeavingInTheOrderOfTheGuideKeepsEverythingInKestra(t *testing.T) {
	i := install(t, cluster.StartForTest(t), filepath.Join(project, "config", "self-managed"), process.Namespace)
	i.mustApply(objects)
	i.kubectl(slices.Concat([]string{"wait", "--for=condition=Ready", "--timeout=30s"}, everyKind)...)
	before, writes := holdingsOf(i.kestra), i.kestra.WriteCount()

	if output, err := i.release("--all-namespaces"); err == nil || !strings.Contains(output, "an operator is running") {
		t.Errorf("a release under a running operator: %v\n%s", err, output)
	}
	i.kubectl("scale", "deployment/kestra-operator", "-n", i.namespace, "--replicas=0")
	i.stop()
	output, err := i.release("--all-namespaces")
	if err != nil || strings.Count(output, ": released") != len(everyKind) {
		t.Fatalf("release: %v\n%s", err, output)
	}
	// There is nobody here to end a namespace.
	i.kubectl("delete", "--wait=false", "-k", filepath.Join(project, "config", "self-managed"))
	i.eventually("the end of the definitions, and of every object with them", func() bool {
		return i.kubectl("get", "crds", "-o", "name") == ""
	})
	if left := i.kubectl("get", "validatingwebhookconfigurations,mutatingwebhookconfigurations", "-o", "name"); left != "" {
		t.Errorf("webhooks are left: %s", left)
	}
	if diff := cmp.Diff(before, holdingsOf(i.kestra), cmpopts.IgnoreUnexported(kestra.Flow{}, kestra.KeyValue{})); diff != "" {
		t.Errorf("Kestra has changed (-before +after):\n%s", diff)
	}
	if more := i.kestra.WriteCount() - writes; more != 0 {
		t.Errorf("%d writes to Kestra, want none", more)
	}
}

// The other order of the guide: the objects go first, while the operator runs.
func TestDeletingTheObjectsFirstLeavesNothingInKestra(t *testing.T) {
	i := install(t, cluster.StartForTest(t), filepath.Join(project, "config", "self-managed"), process.Namespace)
	i.kestra.PutKeyValue("main", "company.team", "foreign", `"somebody's"`, 0)
	i.mustApply(objects)
	i.kubectl(slices.Concat([]string{"wait", "--for=condition=Ready", "--timeout=30s"}, everyKind)...)
	i.kubectl("delete", "flow,kv,nsfile", "--all", "--all-namespaces", "--timeout=30s")
	left := holdingsOf(i.kestra)
	if len(left.Flows)+len(left.Files) > 0 || len(left.KeyValues) != 1 || left.KeyValues[0].Key != "foreign" {
		t.Errorf("in Kestra: %+v, want only what is somebody else's", left)
	}
}
