package operator

import (
	"errors"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/process"
)

func newFlow(name, source string) *v1alpha1.KestraFlow {
	return &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: name, Source: source},
	}
}

const goodSource = `id: good
namespace: company.team
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: hi
`

func TestOperatorStartsFromNothingWithItsOwnAuthority(t *testing.T) {
	w := newWorld(t)
	metrics, profiles := process.FreeAddress(t), process.FreeAddress(t)
	operator := w.run(t, w.install(t), func(c *config.Config) {
		c.MetricsAddress, c.MetricsSecure, c.ProfileAddress = metrics, true, profiles
		c.ShutdownDelay = 2 * time.Second
		c.Policy = &policy.Policy{Rules: []policy.Rule{{KubernetesNamespaces: []string{"default"}, Namespaces: []string{"company.team"}}}}
	})

	t.Run("admission refuses a bad flow", func(t *testing.T) {
		err := w.client.Create(t.Context(), newFlow("bad", "id: other\nnamespace: company.team\n"))
		if !apierrors.IsInvalid(err) {
			t.Fatalf("got %v, want a refusal", err)
		}
	})
	t.Run("admission refuses what the policy does not allow", func(t *testing.T) {
		foreign := newFlow("good", strings.Replace(goodSource, "company.team", "company.other", 1))
		foreign.Spec.Namespace = "company.other"
		err := w.client.Create(t.Context(), foreign)
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "policy") {
			t.Fatalf("got %v, want a refusal by the policy", err)
		}
	})
	t.Run("a good flow reaches Kestra, another operator's does not", func(t *testing.T) {
		foreign := newFlow("foreign", strings.Replace(goodSource, "id: good", "id: foreign", 1))
		foreign.Labels = map[string]string{v1alpha1.LabelOperatorClass: "other"}
		if err := w.client.Create(t.Context(), foreign); err != nil {
			t.Fatal(err)
		}
		if err := w.client.Create(t.Context(), newFlow("good", goodSource)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the flow is in Kestra", func() error {
			stored, found := operator.server.Flow("main", "company.team", "good")
			if !found || !strings.Contains(stored.Source, `system.readOnly: "true"`) {
				return errors.New("not there, or without its label")
			}
			return nil
		})
		if _, found := operator.server.Flow("main", "company.team", "foreign"); found {
			t.Error("a flow of another operator's class was written")
		}
	})
	t.Run("the probes of the Enterprise operator are answered", func(t *testing.T) {
		for _, path := range []string{"/healthz", "/q/health/live", "/q/health/started", "/q/health/ready", "/readyz/certificate", "/readyz/webhook"} {
			if err := operator.probe(t, path); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("metrics are for those who may read them", func(t *testing.T) { metricsAreForThoseWhoMayReadThem(t, w, metrics) })
	t.Run("profiles are served", func(t *testing.T) {
		if err := process.Probe(t.Context(), profiles, "/debug/pprof/heap"); err != nil {
			t.Error(err)
		}
	})
	t.Run("a stopping replica judges on while it is not ready", func(t *testing.T) { judgesOnWhileNotReady(t, w, operator) })
	t.Run("a clean stop releases the lease", func(t *testing.T) {
		clientset, err := kubernetes.NewForConfig(w.plane.Config())
		if err != nil {
			t.Fatal(err)
		}
		lease, err := clientset.CoordinationV1().Leases(namespace).Get(t.Context(), operator.config.LeaseName(), metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if holder := lease.Spec.HolderIdentity; holder != nil && *holder != "" {
			t.Errorf("the lease is still held by %q", *holder)
		}
	})
}
