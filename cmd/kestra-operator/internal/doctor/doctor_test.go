package doctor_test

import (
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/doctor"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// text prints findings as a user sees them.
func text(t *testing.T, findings []doctor.Finding) string {
	t.Helper()
	var out strings.Builder
	if err := doctor.Write(&out, findings, terminal.Style{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// ailment is one thing that is wrong, and what is said of it.
type ailment struct {
	// cause changes the world or how it is looked at, and returns what undoes it.
	cause func(*world, *doctor.Patient) (undo func())
	check string
	level doctor.Level
	want  string
}

func (a ailment) test(t *testing.T, w *world) {
	w.t = t
	patient := w.patient()
	undo := a.cause(w, &patient)
	if undo != nil {
		defer undo()
	}
	findings := doctor.Examine(t.Context(), patient)
	for _, finding := range findings {
		if finding.Level != doctor.OK && finding.Next == "" {
			t.Errorf("%+v says nothing of what to do next", finding)
		}
	}
	for _, finding := range findings {
		if finding.Check == a.check && finding.Level == a.level && strings.Contains(finding.Message, a.want) {
			return
		}
	}
	t.Errorf("no %s of %s says %q:\n%s", a.level, a.check, a.want, text(t, findings))
}

func TestDoctor(t *testing.T) {
	w := install(t)
	w.run()
	t.Run("a healthy installation", func(t *testing.T) {
		w.t = t
		findings := doctor.Examine(t.Context(), w.patient())
		seen := map[string]bool{}
		for _, finding := range findings {
			seen[finding.Check] = true
			if finding.Level != doctor.OK {
				t.Errorf("%+v", finding)
			}
		}
		for _, check := range []string{
			"cluster", "clock", "definitions", "webhooks", "service", "admission", "operator", "leader", "configuration",
			"rights", "certificate", "rivals", "objects", "kestra", "credentials",
		} {
			if !seen[check] {
				t.Errorf("nothing was said of %s", check)
			}
		}
		if printed := text(t, findings); strings.Contains(printed, w.kestra.Credentials().Password) {
			t.Errorf("the password is printed:\n%s", printed)
		}
		if n := w.kestra.WriteCount(); n != 0 {
			t.Errorf("%d writes to Kestra", n)
		}
	})
	for name, a := range ailments {
		t.Run(name, func(t *testing.T) { a.test(t, w) })
	}
	w.t = t
	w.create(&v1alpha1.KestraNamespaceFile{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "lonely"},
		Spec:       v1alpha1.KestraNamespaceFileSpec{Namespace: "a", Filename: "f", BinaryContent: []byte("x")},
	})
	w.stop()
	for name, a := range ailmentsOfAStoppedOperator {
		t.Run(name, func(t *testing.T) { a.test(t, w) })
	}
	w.t = t
	w.remove()
}

var ailments = map[string]ailment{
	"a clock that is off": {func(_ *world, p *doctor.Patient) func() {
		p.Now = func() time.Time { return time.Now().Add(-10*time.Minute - 30*time.Second) }
		return nil
	}, "clock", doctor.Warning, "-10m"},
	"definitions of a newer release": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestraflows.model.kestra.io", &apiextensionsv1.CustomResourceDefinition{}, func(obj client.Object) {
			obj.SetAnnotations(map[string]string{crd.AnnotationSchemaVersion: "99"})
		})
	}, "definitions", doctor.Warning, "newer than"},
	"definitions of another operator": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestraflows.model.kestra.io", &apiextensionsv1.CustomResourceDefinition{}, func(obj client.Object) {
			obj.SetAnnotations(nil)
		})
	}, "definitions", doctor.Failed, "another operator"},
	"webhooks without match conditions": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestra-operator-validating", &admissionregistrationv1.ValidatingWebhookConfiguration{}, func(obj client.Object) {
			obj.(*admissionregistrationv1.ValidatingWebhookConfiguration).Webhooks[0].MatchConditions = nil
		})
	}, "webhooks", doctor.Failed, "has no match conditions"},
	"webhooks that are ignored": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestra-operator-validating", &admissionregistrationv1.ValidatingWebhookConfiguration{}, func(obj client.Object) {
			ignore := admissionregistrationv1.Ignore
			obj.(*admissionregistrationv1.ValidatingWebhookConfiguration).Webhooks[0].FailurePolicy = &ignore
		})
	}, "webhooks", doctor.Warning, "failurePolicy: Ignore"},
	"webhooks that are called for nothing": {func(w *world, _ *doctor.Patient) func() {
		nobody := &metav1.LabelSelector{MatchLabels: map[string]string{"no": "object"}}
		first := w.change("", "kestra-operator-validating", &admissionregistrationv1.ValidatingWebhookConfiguration{}, func(obj client.Object) {
			obj.(*admissionregistrationv1.ValidatingWebhookConfiguration).Webhooks[0].ObjectSelector = nobody
		})
		second := w.change("", "kestra-operator-mutating", &admissionregistrationv1.MutatingWebhookConfiguration{}, func(obj client.Object) {
			obj.(*admissionregistrationv1.MutatingWebhookConfiguration).Webhooks[0].ObjectSelector = nobody
		})
		w.t.Log("the API server takes a moment to notice")
		w.await("the webhooks are called for nothing", w.admits)
		return func() { first(); second(); w.await("the webhooks are called", w.refuses) }
	}, "admission", doctor.Failed, "the operator was not asked"},
	"no endpoint": {func(w *world, _ *doctor.Patient) func() {
		return w.change(namespace, "webhook", &discoveryv1.EndpointSlice{}, func(obj client.Object) {
			obj.(*discoveryv1.EndpointSlice).Endpoints = nil
		})
	}, "service", doctor.Failed, "no replica is ready behind"},
	"a Deployment that is scaled to nothing": {func(w *world, _ *doctor.Patient) func() {
		return w.change(namespace, name, &appsv1.Deployment{}, func(obj client.Object) {
			obj.(*appsv1.Deployment).Spec.Replicas = new(int32)
		})
	}, "operator", doctor.Failed, "is scaled to nothing"},
	"an image that cannot be pulled": {func(w *world, _ *doctor.Patient) func() {
		remove := w.createUnluckyPod()
		w.setReadyReplicas(0)
		return func() { remove(); w.setReadyReplicas(2) }
	}, "operator", doctor.Failed, "pod unlucky waits: ImagePullBackOff"},
	"an update whose image cannot be pulled": {func(w *world, _ *doctor.Patient) func() {
		return w.createUnluckyPod()
	}, "operator", doctor.Warning, "an update of them is not: pod unlucky waits: ImagePullBackOff"},
	"the port of Kestra's management": {func(w *world, _ *doctor.Patient) func() {
		return w.setCredential("KESTRA_API_URL", "http://kestra:8081")
	}, "configuration", doctor.Warning, "port 8081"},
	"the Enterprise chart's dummy in place of a credential": {func(w *world, _ *doctor.Patient) func() {
		return w.setCredential("KESTRA_API_BASIC_AUTH", "[your-basic-auth]")
	}, "configuration", doctor.Warning, "no credentials for Kestra"},
	"no URL": {func(w *world, _ *doctor.Patient) func() {
		return w.setCredential("KESTRA_API_URL", "")
	}, "configuration", doctor.Failed, "no Kestra server"},
	"a role that lacks a verb": {func(w *world, _ *doctor.Patient) func() {
		undo := w.change("", name, &rbacv1.ClusterRole{}, func(obj client.Object) {
			rules := obj.(*rbacv1.ClusterRole).Rules
			rules[1].Resources = rules[1].Resources[1:] // the status of flows
		})
		return undo
	}, "rights", doctor.Failed, "may not patch kestraflows/status"},
	"the Enterprise operator beside it": {func(w *world, _ *doctor.Patient) func() {
		labels := map[string]string{"app": "old"}
		old := &appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "old"},
			Spec: appsv1.DeploymentSpec{
				Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{
					ObjectMeta: metav1.ObjectMeta{Labels: labels},
					Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "operator", Image: "registry.kestra.io/docker/kestra-operator:v1.0.0"}}},
				},
			},
		}
		w.create(old)
		old.Status.Replicas = 1
		if err := w.client.Status().Update(w.t.Context(), old); err != nil {
			w.t.Fatal(err)
		}
		return func() { _ = w.client.Delete(w.t.Context(), old) }
	}, "rivals", doctor.Failed, "default/old"},
	"a wrong password": {func(w *world, p *doctor.Patient) func() {
		p.Kestra = w.to(w.kestra.URL(), "Wrong1234")
		return nil
	}, "credentials", doctor.Failed, "does not accept the credentials"},
	"a Kestra that is away": {func(w *world, _ *doctor.Patient) func() {
		w.kestra.SetDown(true)
		return func() { w.kestra.SetDown(false) }
	}, "kestra", doctor.Failed, "Kestra does not answer"},
	"a tenant that is not there": {func(_ *world, p *doctor.Patient) func() {
		p.Tenant = "acme"
		return nil
	}, "credentials", doctor.Failed, "flows cannot be listed"},
	"a Kestra with published vulnerabilities": {func(w *world, p *doctor.Patient) func() {
		old := devkestra.Start(w.t, devkestra.Options{Version: "1.3.20"})
		p.Kestra, p.KestraURL = w.to(old.URL(), old.Credentials().Password), old.URL()
		return nil
	}, "vulnerabilities", doctor.Failed, "CVE-2026-49869"},
	"a Kestra that is too old": {func(w *world, p *doctor.Patient) func() {
		old := devkestra.Start(w.t, devkestra.Options{Version: "0.19.0"})
		p.Kestra, p.KestraURL = w.to(old.URL(), old.Credentials().Password), old.URL()
		return nil
	}, "kestra", doctor.Warning, "0.19.0"},
	"no Kestra in reach": {func(_ *world, p *doctor.Patient) func() {
		p.Kestra = nil
		return nil
	}, "kestra", doctor.Skipped, "no Kestra server was named"},
	"somebody who may see nothing": {func(w *world, p *doctor.Patient) func() {
		access, err := plane.AddUser("nobody")
		if err != nil {
			w.t.Fatal(err)
		}
		p.Access, p.Cluster = access, newClient(w.t, access)
		return nil
	}, "webhooks", doctor.Skipped, "cannot be looked at"},
}

var ailmentsOfAStoppedOperator = map[string]ailment{
	"nobody answers admission": {func(*world, *doctor.Patient) func() { return nil }, "admission", doctor.Failed, "failed calling webhook"},
	"nobody reconciles":        {func(*world, *doctor.Patient) func() { return nil }, "leader", doctor.Failed, "nothing is written to Kestra"},
	"a bundle of another authority": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestra-operator-validating", &admissionregistrationv1.ValidatingWebhookConfiguration{}, func(obj client.Object) {
			obj.(*admissionregistrationv1.ValidatingWebhookConfiguration).Webhooks[0].ClientConfig.CABundle = plane.Config().CAData
		})
	}, "certificate", doctor.Failed, "does not trust the authority"},
	"no bundle": {func(w *world, _ *doctor.Patient) func() {
		return w.change("", "kestra-operator-validating", &admissionregistrationv1.ValidatingWebhookConfiguration{}, func(obj client.Object) {
			obj.(*admissionregistrationv1.ValidatingWebhookConfiguration).Webhooks[0].ClientConfig.CABundle = nil
		})
	}, "webhooks", doctor.Failed, "has no CA bundle"},
	"no certificate": {func(w *world, _ *doctor.Patient) func() {
		return w.change(namespace, "kestra-operator-webhook-cert", &corev1.Secret{}, func(obj client.Object) {
			delete(obj.(*corev1.Secret).Data, corev1.TLSCertKey)
		})
	}, "certificate", doctor.Failed, "holds no certificate"},
	"objects whose operator Kestra lets not in": {func(w *world, _ *doctor.Patient) func() {
		obj := &v1alpha1.KestraNamespaceFile{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "lonely"}}
		patch := `{"status":{"conditions":[{"type":"Ready","status":"False","reason":"KestraUnauthorized","message":"401","observedGeneration":1,"lastTransitionTime":"2026-11-24T08:00:00Z"}]}}`
		if err := w.client.Status().Patch(w.t.Context(), obj, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
			w.t.Fatal(err)
		}
		return nil
	}, "objects", doctor.Failed, "KestraUnauthorized"},
	"no webhook configuration": {func(w *world, _ *doctor.Patient) func() {
		for _, obj := range []client.Object{&admissionregistrationv1.ValidatingWebhookConfiguration{}, &admissionregistrationv1.MutatingWebhookConfiguration{}} {
			if err := w.client.DeleteAllOf(w.t.Context(), obj); err != nil {
				w.t.Fatal(err)
			}
		}
		return func() {
			if _, err := plane.Kubectl(w.t.Context(), "apply", "--server-side", "-k", "../../../../config/webhook"); err != nil {
				w.t.Fatal(err)
			}
		}
	}, "webhooks", doctor.Failed, "no webhook configuration"},
}
