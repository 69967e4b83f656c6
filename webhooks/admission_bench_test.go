package webhooks_test

import (
	"context"
	"slices"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

// BenchmarkAdmission creates a flow as a dry run: without webhooks, with two that allow everything, and with ours.
// Compare the medians of one run; each is of the whole request.
func BenchmarkAdmission(b *testing.B) {
	b.Run("no webhooks", createDryRun)
	b.Run("empty webhooks", func(b *testing.B) {
		serve(b, func(mgr ctrl.Manager) error {
			allow := admission.HandlerFunc(func(context.Context, admission.Request) admission.Response { return admission.Allowed("") })
			for _, path := range []string{"/mutate-model-kestra-io-v1alpha1-kestraflow", "/validate-model-kestra-io-v1alpha1-kestraflow"} {
				mgr.GetWebhookServer().Register(path, &admission.Webhook{Handler: allow})
			}
			return nil
		})
		createDryRun(b)
	})
	b.Run("judging webhooks", func(b *testing.B) {
		serveWebhooks(b, webhooks.Options{})
		createDryRun(b)
	})
}

func createDryRun(b *testing.B) {
	u := newUser(b, plane.Config())
	namespace := newNamespace(b, u)
	var durations []time.Duration
	for b.Loop() {
		// Every text is new to the cache of reports.
		obj := aFlow(namespace, goodSource+"# "+time.Now().String()+"\n")
		start := time.Now()
		if err := u.Create(b.Context(), obj, client.DryRunAll); err != nil {
			b.Fatal(err)
		}
		durations = append(durations, time.Since(start))
	}
	slices.Sort(durations)
	b.ReportMetric(float64(durations[len(durations)/2].Microseconds()), "p50-µs")
}
