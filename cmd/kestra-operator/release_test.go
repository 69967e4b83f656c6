package main

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/test/cluster"
)

const heldKeyValue = `apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata:
  name: held
  namespace: default
  finalizers: [model.kestra.io/operator]
spec: {namespace: company.team, key: held, value: x}
`

// releaser may do what a release takes in one namespace, and cannot see leases.
const releaser = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: releaser, namespace: default}
rules:
  - {apiGroups: [model.kestra.io], resources: ["*"], verbs: [get, list, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: releaser, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: releaser}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: releaser}]
`

func TestReleaseOnARealCluster(t *testing.T) {
	plane := cluster.StartForTest(t)
	definitions, err := crd.All()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := envtest.InstallCRDs(plane.Config(), envtest.CRDInstallOptions{CRDs: definitions}); err != nil {
		t.Fatal(err)
	}
	restricted, err := plane.KubeconfigFor("releaser")
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name, kubeconfig string
		arguments        []string
		code             int
		out, err         string
	}{
		{"a dry run", plane.Kubeconfig(), []string{"-A", "--dry-run"}, exitOK, "KestraKeyValue default/held: released (dry run)\n", ""},
		{"other labels", plane.Kubeconfig(), []string{"-A", "--selector", "team=data"}, exitOK, "", "no object holds the finalizer\n"},
		{"a name and labels", plane.Kubeconfig(), []string{"-l", "team=data", "kv/held"}, exitUsage, "", "drop one of the two"},
		{"no selector", plane.Kubeconfig(), []string{"-l", "team=("}, exitUsage, "", "--selector"},
		{"another namespace", plane.Kubeconfig(), []string{"-n", "kube-system"}, exitOK, "", "no object holds the finalizer\n"},
		{"without a right to see leases", restricted, []string{"-n", "default"}, exitRefused, "", "give --operator-stopped"},
		{"a name that is not there", plane.Kubeconfig(), []string{"kv/absent"}, exitRefused, "", `"absent" not found`},
		{"a user of one namespace", restricted, []string{"--operator-stopped"}, exitOK, "KestraKeyValue default/held: released\n", ""},
		{"once more", plane.Kubeconfig(), []string{"-A"}, exitOK, "", "no object holds the finalizer\n"},
	}
	apply := plane.KubectlCommand(t.Context(), "apply", "-f", "-")
	apply.Stdin = strings.NewReader(heldKeyValue + "---\n" + releaser)
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, step := range steps { // in this order
		arguments := append([]string{"release", "--orphan", "--kubeconfig", step.kubeconfig}, step.arguments...)
		code, out, err := command(t, "", arguments...)
		if code != step.code || out != step.out || !strings.Contains(err, step.err) {
			t.Errorf("%s: exit code %d, want %d\n%s%s", step.name, code, step.code, out, err)
		}
	}
	if out, err := plane.Kubectl(t.Context(), "delete", "kv", "held", "--timeout=10s"); err != nil {
		t.Errorf("the object cannot be deleted: %s", out)
	}
}
