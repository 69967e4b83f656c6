package gitops

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The spec is its applier's alone, so that no tool ever meets a conflict with the operator.
func TestTheOperatorOwnsFinalizersAndStatusOnly(t *testing.T) {
	s := scene{server: startOperator(t), namespace: newNamespace(t), manifest: aFlow("suspend: false")}
	asked := request{Namespace: s.namespace, Tracking: "annotation", ServerSide: true, Objects: s.objects(t), Customizations: customizations(t), Seconds: 60}
	ask(t, "argocd sync", asked)
	object := awaitReason(t, s.namespace, "KestraFlow/hello", "Succeeded")
	managers := map[string]bool{}
	for _, entry := range object.GetManagedFields() {
		managers[entry.Manager] = true
		fields := entry.FieldsV1.GetRawString()
		operators := strings.HasPrefix(entry.Manager, "kestra-operator")
		if operators == strings.Contains(fields, `"f:spec"`) {
			t.Errorf("%s owns %s", entry.Manager, fields)
		}
		if operators && strings.Contains(fields, `"f:annotations"`) {
			t.Errorf("the operator owns annotations: %s", fields)
		}
	}
	if !managers["argocd-controller"] || len(managers) < 2 {
		t.Errorf("managers are %v, want Argo CD and the operator", managers)
	}
}

func TestASecondApplierIsToldOfTheFirst(t *testing.T) {
	s := scene{server: startOperator(t), namespace: newNamespace(t), manifest: aFlow("suspend: false")}
	ask(t, "flux apply", request{Namespace: s.namespace, Objects: s.objects(t), Seconds: 30})
	change := strings.Replace(s.text(), "Hello!", "Good morning!", 1)
	command := plane.KubectlCommand(t.Context(), "apply", "--server-side", "--namespace", s.namespace, "-f", "-")
	command.Stdin = strings.NewReader(change)
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), `conflict with "kustomize-controller"`) {
		t.Errorf("got %v, %s, want a conflict with Flux", err, output)
	}
	object := awaitReason(t, s.namespace, "KestraFlow/hello", "Succeeded")
	if source, _, _ := unstructured.NestedString(object.Object, "spec", "source"); strings.Contains(source, "Good morning!") {
		t.Error("the change was stored all the same")
	}
}
