package doctor_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/doctor"
)

// The manifests that use cert-manager grant what the operator does; without cert-manager its API is missed.
func TestTheManifestsForCertManagerGrantEveryRight(t *testing.T) {
	w := install(t)
	manifests, err := plane.Kubectl(t.Context(), "kustomize", "../../../../config/default")
	if err != nil {
		t.Fatal(err)
	}
	var ours []string
	for document := range strings.SplitSeq(manifests, "\n---\n") {
		if !strings.Contains(document, "apiVersion: cert-manager.io/") {
			ours = append(ours, document)
		}
	}
	apply := plane.KubectlCommand(t.Context(), "apply", "--server-side", "--force-conflicts", "-f", "-")
	apply.Stdin = strings.NewReader(strings.Join(ours, "\n---\n"))
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	missed := ""
	for _, finding := range doctor.Examine(t.Context(), w.patient()) {
		if finding.Check == "rights" && finding.Level != doctor.OK {
			t.Errorf("%+v", finding)
		}
		if finding.Check == "certificate" {
			missed += finding.Message + "\n"
		}
	}
	if !strings.Contains(missed, "does not serve cert-manager's API") {
		t.Errorf("cert-manager is not missed:\n%s", missed)
	}
	w.remove()
}

// remove takes away what install has made beside the manifests.
func (w *world) remove() {
	w.t.Helper()
	for _, obj := range []client.Object{&corev1.Secret{}, &discoveryv1.EndpointSlice{}} {
		if err := w.client.DeleteAllOf(w.t.Context(), obj, client.InNamespace(namespace)); err != nil {
			w.t.Fatal(err)
		}
	}
}
