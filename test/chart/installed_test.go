package chart

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// pollInterval and pollTimeout of a wait for the operator.
const (
	pollInterval = 50 * time.Millisecond
	pollTimeout  = time.Minute
)

const goodFlow = "id: hello\nnamespace: company.team\ntasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: Hello\n"

// TestWhatTheChartInstallsWorks applies a rendering to a real API server and runs the operator with the arguments, the
// environment and exactly the rights that the rendering gives it, against the development Kestra. What the roles lack
// would be forbidden, and what the webhook configurations get wrong would not be judged.
func TestWhatTheChartInstallsWorks(t *testing.T) {
	for name, test := range map[string]struct {
		values string
		// elsewhere says whether a bad flow in a namespace that is not watched is judged too.
		elsewhere bool
	}{
		"every namespace":      {"watchNamespaces: []", true},
		"a list of namespaces": {"watchNamespaces: [team-a]", false},
	} {
		t.Run(name, func(t *testing.T) {
			admin, r, operator, server := startRelease(t, test.values)
			watchAFlow(t, admin, operator, server, nil)
			readASecret(t, admin, operator, server)
			refuseABadFlow(t, admin, "team-a", true)
			refuseABadFlow(t, admin, "team-b", test.elsewhere)
			runTheHelmTest(t, admin, r)
			text, err := operator.Text()
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(text, "\n") {
				if strings.Contains(strings.ToLower(line), "forbidden") {
					t.Errorf("a right is missing: %s", line)
				}
			}
		})
	}
}

// TestAReleaseOfAClassKeepsAndGuardsItsOwn has the API server choose by the selectors that the chart renders.
func TestAReleaseOfAClassKeepsAndGuardsItsOwn(t *testing.T) {
	admin, r, operator, server := startRelease(t, "operatorClass: blue\nwatchSelector: {matchLabels: {team: data}}")
	own := map[string]string{v1alpha1.LabelOperatorClass: "blue", "team": "data"}
	watchAFlow(t, admin, operator, server, own)
	for name, test := range map[string]struct {
		labels map[string]string
		want   bool
	}{
		"no class":      {nil, false},
		"another class": {map[string]string{v1alpha1.LabelOperatorClass: "green", "team": "data"}, false},
		"another team":  {map[string]string{v1alpha1.LabelOperatorClass: "blue", "team": "web"}, false},
		"its own":       {own, true},
	} {
		bad := newFlow("team-a", "bad", "id: bad\nnamespace: company.team\n")
		bad.Labels = test.labels
		if refused := apierrors.IsInvalid(admin.Create(t.Context(), bad, client.DryRunAll)); refused != test.want {
			t.Errorf("a bad flow of %s: refused is %t, want %t", name, refused, test.want)
		}
	}
	for label, value := range own {
		if got := only[*v1alpha1.KestraFlow](t, r).Labels[label]; got != value {
			t.Errorf("the flow of helm test has %s=%q, want %q: nobody would judge it", label, got, value)
		}
	}
	runTheHelmTest(t, admin, r)
}

// startRelease installs a rendering and runs its operator against the development Kestra.
func startRelease(t *testing.T, values string) (client.Client, rendering, running, *kestra.Server) {
	t.Helper()
	credentials := kestra.DefaultCredentials.Username + ":" + kestra.DefaultCredentials.Password
	server := kestra.Start(t, kestra.Options{})
	plane := cluster.StartForTest(t)
	admin := newClient(t, plane.Config())
	for _, namespace := range []string{"kestra", "team-a", "team-b"} {
		createNamespace(t, admin, namespace)
	}
	r := render(t, values+`
certificates: {mode: self-managed}
valueFrom: {enabled: true}
configuration: {kestra: {url: '`+server.URL()+`', basicAuth: {enabled: true, value: '`+credentials+`'}}}
`)
	install(t, admin, r)
	service := &corev1.Service{}
	get(t, admin, r.namespace, "r-kestra-operator-webhook", service)
	operator := startOperator(t, plane, r, service.Spec.ClusterIP)
	return admin, r, operator, server
}

// install applies a rendering, without the tests of `helm test` and what nothing here can run.
func install(t *testing.T, admin client.Client, r rendering) {
	t.Helper()
	for _, o := range unstructuredObjects(t, r.text) {
		if o.GetAnnotations()["helm.sh/hook"] != "" {
			continue
		}
		if err := admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.ForceOwnership, fieldOwner); err != nil {
			t.Fatalf("%s %s: %v", o.GetKind(), o.GetName(), err)
		}
	}
}

func watchAFlow(t *testing.T, admin client.Client, operator running, server *kestra.Server, labels map[string]string) {
	t.Helper()
	flow := newFlow("team-a", "hello", goodFlow)
	flow.Labels = labels
	create(t, admin, flow)
	eventually(t, operator, "the flow is ready", func() bool {
		get(t, admin, "team-a", "hello", flow)
		return meta.IsStatusConditionTrue(flow.Status.Conditions, v1alpha1.ConditionReady)
	})
	if _, found := server.Flow("main", "company.team", "hello"); !found {
		t.Error("the flow is ready and not in Kestra")
	}
	tellOfARepair(t, admin, flow, server, "now")
	eventually(t, operator, "an event tells of the flow", func() bool {
		list := &eventsv1.EventList{}
		if err := admin.List(t.Context(), list, client.InNamespace("team-a")); err != nil {
			t.Fatal(err)
		}
		return len(list.Items) > 0
	})
	if err := admin.Delete(t.Context(), flow); err != nil {
		t.Fatal(err)
	}
	eventually(t, operator, "the flow is gone", func() bool {
		err := admin.Get(t.Context(), client.ObjectKeyFromObject(flow), flow)
		_, inKestra := server.Flow("main", "company.team", "hello")
		return apierrors.IsNotFound(err) && !inKestra
	})
}

// tellOfARepair has the operator put back what somebody changed, of which it tells.
func tellOfARepair(t *testing.T, admin client.Client, flow *v1alpha1.KestraFlow, server *kestra.Server, stamp string) {
	t.Helper()
	server.PutFlow("main", "company.team", "hello", "id: hello\nnamespace: company.team\n")
	base := flow.DeepCopy()
	flow.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: stamp}
	if err := admin.Patch(t.Context(), flow, client.MergeFrom(base)); err != nil {
		t.Fatal(err)
	}
}

func readASecret(t *testing.T, admin client.Client, operator running, server *kestra.Server) {
	t.Helper()
	create(t, admin, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "s"}, StringData: map[string]string{"k": "from a secret"},
	})
	create(t, admin, &v1alpha1.KestraKeyValue{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "kv"},
		Spec: v1alpha1.KestraKeyValueSpec{Namespace: "company.team", Key: "kv", ValueFrom: &v1alpha1.ValueSource{
			SecretKeyRef: &v1alpha1.KeyReference{Name: "s", Key: "k"},
		}},
	})
	eventually(t, operator, "the Secret's value is in Kestra", func() bool {
		_, found := server.KeyValue("main", "company.team", "kv")
		return found
	})
}

func refuseABadFlow(t *testing.T, admin client.Client, namespace string, want bool) {
	t.Helper()
	err := admin.Create(t.Context(), newFlow(namespace, "bad", "id: bad\nnamespace: company.team\n"), client.DryRunAll)
	if refused := apierrors.IsInvalid(err) || apierrors.IsForbidden(err); refused != want {
		t.Errorf("a bad flow in %s: refused is %t, want %t: %v", namespace, refused, want, err)
	}
}

// runTheHelmTest stores and removes the flow that `helm test` stores and removes.
func runTheHelmTest(t *testing.T, admin client.Client, r rendering) {
	t.Helper()
	flow := only[*v1alpha1.KestraFlow](t, r)
	create(t, admin, flow)
	if err := admin.Delete(t.Context(), flow); err != nil {
		t.Fatal(err)
	}
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(flow), flow); !apierrors.IsNotFound(err) {
		t.Errorf("the flow of helm test stays after its deletion: %v, finalizers %q", err, flow.Finalizers)
	}
}

func newFlow(namespace, id, source string) *v1alpha1.KestraFlow {
	return &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: id},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: "company.team", ID: id, Source: source},
	}
}

func get(t testing.TB, c client.Client, namespace, name string, into client.Object) {
	t.Helper()
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, into); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something is so, and shows what the operator logged when it does not come true.
func eventually(t testing.TB, operator running, what string, isSo func() bool) {
	t.Helper()
	err := operator.Await(t.Context(), pollInterval, pollTimeout, what, func(context.Context) error {
		if !isSo() {
			return errors.New("not so")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
