package webhooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/suite"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

const (
	mutateFlow   = "/mutate-model-kestra-io-v1alpha1-kestraflow"
	validateFlow = "/validate-model-kestra-io-v1alpha1-kestraflow"
	// mark stands in a source for what makes it another one.
	mark = "mark-00000000"
)

// BenchmarkHandler answers the two requests of an update of a flow of 3 KB, in turn with webhooks that allow everything on
// the same server: all of the operator's work in admission but the connection.
func BenchmarkHandler(b *testing.B) {
	operator, empty := handlers(b)
	for name, labels := range map[string]string{"labelled": "labels:\n  system.readOnly: \"true\"\n", "label-is-set": ""} {
		submitted := flowOf3KB(labels, mark)
		stored := flowOf3KB("labels:\n  system.readOnly: \"true\"\n", mark)
		old := flowOf3KB("labels:\n  system.readOnly: \"true\"\n", "before")
		mutating, validating := review(b, old, submitted), review(b, old, stored)
		b.Run(name, func(b *testing.B) {
			number := 0
			both := func(handler http.Handler) func() {
				return func() {
					number++
					other := fmt.Appendf(nil, "mark-%08d", number)
					ask(b, handler, mutateFlow, bytes.ReplaceAll(mutating, []byte(mark), other))
					ask(b, handler, validateFlow, bytes.ReplaceAll(validating, []byte(mark), other))
				}
			}
			ours, theirs := both(operator), both(empty)
			b.ReportAllocs()
			for b.Loop() {
				ours()
			}
			b.ReportMetric(testing.AllocsPerRun(50, ours)/testing.AllocsPerRun(50, theirs), "x-empty-allocs")
		})
	}
}

// handlers are those of the operator, and some that allow everything.
func handlers(b *testing.B) (operator, empty http.Handler) {
	b.Helper()
	mgr, err := ctrl.NewManager(plane.Config(), ctrl.Options{Scheme: suite.Scheme(), Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		b.Fatal(err)
	}
	if err := webhooks.SetupWithManager(mgr, webhooks.Options{Catalog: embeddedCatalog}); err != nil {
		b.Fatal(err)
	}
	allowing := webhook.NewServer(webhook.Options{})
	for _, path := range []string{mutateFlow, validateFlow} {
		allowing.Register(path, &admission.Webhook{Handler: admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
			return admission.Allowed("")
		})})
	}
	return mgr.GetWebhookServer().WebhookMux(), allowing.WebhookMux()
}

func ask(b *testing.B, handler http.Handler, path string, body []byte) {
	request := httptest.NewRequest(http.MethodPost, path+"?timeout=10s", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if !bytes.Contains(answer.Body.Bytes(), []byte(`"allowed":true`)) {
		b.Fatalf("%s: %s", path, answer.Body)
	}
}

func flowOf3KB(labels, description string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "id: hello\nnamespace: company.team\ndescription: %s\n%stasks:\n", description, labels)
	for i := 0; text.Len() < 3<<10; i++ {
		fmt.Fprintf(&text, "  - id: fetch_%d\n    type: io.kestra.plugin.core.http.Request\n    uri: \"https://example.com/%d\"\n", i, i)
		fmt.Fprintf(&text, "  - id: log_%d\n    type: io.kestra.plugin.core.log.Log\n    message: \"{{ outputs.fetch_%d.code }} and the answer's body\"\n", i, i)
	}
	return text.String()
}

// review is the API server's question about a flow that an update makes of an old one.
func review(b *testing.B, old, source string) []byte {
	b.Helper()
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "705ab4f5-6393-11e8-b7cc-42010a800002", Name: "hello", Namespace: "bench", Operation: admissionv1.Update,
			Object: raw(b, source), OldObject: raw(b, old),
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// raw is a flow as the API server sends it: with the fields of two managers, and a status.
func raw(b *testing.B, source string) runtime.RawExtension {
	b.Helper()
	obj := &v1alpha1.KestraFlow{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "KestraFlow"},
		Spec:     v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: "hello", Source: source},
	}
	obj.Name, obj.Namespace, obj.UID, obj.CreationTimestamp = "hello", "bench", "805ab4f5-6393-11e8-b7cc-42010a800002", metav1.Now()
	for _, manager := range []string{"kubectl", "kestra-operator"} {
		now := metav1.Now()
		obj.ManagedFields = append(obj.ManagedFields, metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationApply, APIVersion: v1alpha1.GroupVersion.String(), Time: &now,
			FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:id":{},"f:namespace":{},"f:source":{}}}`),
		})
	}
	text, err := json.Marshal(obj)
	if err != nil {
		b.Fatal(err)
	}
	return runtime.RawExtension{Raw: text}
}
