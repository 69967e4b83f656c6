package chart

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
	"github.com/kestra-operator/kestra-operator/test/rights"
)

// denialTimeout is how long an operator that lacks a right may take to be denied what it is for; many start at once.
const denialTimeout = 3 * time.Minute

// Names in a rendering that stand for those of one operator among many.
const (
	ownStandIn, watchedStandIn, kestraStandIn = "own-stand-in", "watched-stand-in", "http://kestra-stand-in"
)

// modes are values of the chart that, together, give every right that it can give.
var modes = []string{
	everyRight,
	"crds: {mode: operator}\nvalueFrom: {enabled: true}\n", // certificates by cert-manager
}

// inShort are the rights that are taken away when RIGHTS is not "all": one for each way in which the operator uses rights.
var inShort = []rights.Right{
	{Place: rights.Watched, Verb: "watch", Resource: "model.kestra.io/kestrakeyvalues"},
	{Place: rights.Watched, Verb: "patch", Resource: "model.kestra.io/kestraflows/status"},
	{Place: rights.Watched, Verb: "patch", Resource: "events.k8s.io/events"},
	{Place: rights.Own, Verb: "update", Resource: "coordination.k8s.io/leases", Named: true},
	{Place: rights.Own, Verb: "update", Resource: "/configmaps", Named: true},
	{Place: rights.Cluster, Verb: "create", Resource: "authorization.k8s.io/subjectaccessreviews"},
	{Place: rights.Cluster, Verb: "create", Resource: "apiextensions.k8s.io/customresourcedefinitions"},
}

// TestEveryRightHasAPurpose compares the rights that the chart gives with those that are documented.
func TestEveryRightHasAPurpose(t *testing.T) {
	given, documented := map[rights.Right]bool{}, rights.Each()
	for _, values := range modes {
		for right := range rightsOf(t, renderMany(t, values)) {
			given[right] = true
		}
	}
	for right := range given {
		if documented[right].Feature == "" {
			t.Errorf("nobody knows what this right is for: %s", right)
		}
	}
	for right := range documented {
		if !given[right] {
			t.Errorf("documented, and never given: %s", right)
		}
	}
}

// TestConfigGivesNoRightThatTheChartDoesNot has the page of rights hold for installations by kustomize too.
func TestConfigGivesNoRightThatTheChartDoesNot(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	documented, given := rights.Each(), 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range unstructuredObjects(t, string(text)) {
			place, rules := rulesOf(t, o, process.Namespace)
			if len(o.GetLabels()) > 0 { // roles of users are aggregated to Kubernetes' own
				continue
			}
			for _, rule := range rules {
				for _, right := range rightsBy(place, rule) {
					given++
					watched := right
					watched.Place = rights.Watched // all namespaces are
					if documented[right].Feature == "" && (place != rights.Cluster || documented[watched].Feature == "") {
						t.Errorf("%s gives what the chart does not: %s", file, right)
					}
				}
			}
		}
	}
	if given == 0 {
		t.Error("no role was found")
	}
}

// TestWithoutAnyRightItsFeatureBreaks runs one operator for each right, which has all others, beside each other, and uses
// the feature that the right is for. The API server writes down that it has denied this very right: without it, the feature
// does not work.
func TestWithoutAnyRightItsFeatureBreaks(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.log")
	plane := startAudited(t, log)
	w := &lackingWorld{
		plane: plane, admin: newClient(t, plane.Config()), denials: &denials{path: log, seen: map[denial]bool{}},
		schema: coreSchema(t, newPlugin), newSchema: coreSchema(t, ""),
	}
	for _, values := range modes {
		w.renderings = append(w.renderings, renderMany(t, values))
	}
	all := slices.SortedFunc(maps.Keys(rights.Each()), func(a, b rights.Right) int { return cmp.Compare(a.String(), b.String()) })
	definitions := rights.Right{Place: rights.Cluster, Verb: "create", Resource: "apiextensions.k8s.io/customresourcedefinitions"}
	t.Run(definitions.String(), func(t *testing.T) { w.expectDenial(t, definitions, len(all)) }) // while there are none
	w.prepare(t)
	for i, right := range all {
		if right != definitions && (os.Getenv("RIGHTS") == "all" || slices.Contains(inShort, right)) {
			t.Run(right.String(), func(t *testing.T) {
				t.Parallel()
				w.expectDenial(t, right, i)
			})
		}
	}
}

// lackingWorld is a cluster in which many operators run, each of which lacks one right.
type lackingWorld struct {
	plane      *cluster.ControlPlane
	admin      client.Client
	denials    *denials
	renderings []rendering // one for each of the modes
	// schema of a Kestra, and of one that has a plugin more.
	schema, newSchema []byte
}

// prepare installs what all operators share.
func (w *lackingWorld) prepare(t *testing.T) {
	t.Helper()
	installDefinitions(t, w.admin, ownDefinitions(t))
	installDefinitions(t, w.admin, certManagerDefinitions(t))
	keepWhatIsHeld(t, w.admin)
}

// expectDenial runs the number-th operator, without a right, until it is denied what it uses the right for.
func (w *lackingWorld) expectDenial(t *testing.T, right rights.Right, number int) {
	o := w.install(t, right, number)
	var arguments []string
	if o.metrics != "" {
		arguments = []string{"--metrics-bind-address=" + o.metrics}
	}
	operator := launchOperator(t, w.plane, o.rendering, o.address, environmentFor(right), arguments...)
	t.Cleanup(func() { _ = operator.Stop() }) // some do not come to be ready, or give up
	use, last := uses[right], error(nil)
	for deadline := time.Now().Add(denialTimeout); !w.denials.has(t, o.denial(right)); {
		if time.Now().After(deadline) {
			t.Fatalf("not denied within %s (%v): is the right used at all?\n%s", denialTimeout, last, operator.LogTail())
		}
		if use != nil {
			last = use(t, o)
		}
		<-time.After(pollInterval)
	}
}

// environmentFor is what the operator needs beside its own to use a right: newer API servers stream lists as watches, and
// its library lists only from others, unless it is told so.
func environmentFor(right rights.Right) []string {
	if right.Verb == "list" {
		return []string{"KUBE_FEATURE_WatchListClient=false"}
	}
	return nil
}

// lacking is one operator that lacks a right, before it runs.
type lacking struct {
	rendering
	admin     client.Client
	watched   string // namespace
	server    *kestra.Server
	newSchema []byte
	address   string // of the Service
	metrics   string // address; empty when it serves none
}

func (o *lacking) denial(right rights.Right) denial {
	namespace := map[rights.Place]string{rights.Own: o.namespace, rights.Watched: o.watched}[right.Place]
	return denial{"system:serviceaccount:" + o.namespace + ":r-kestra-operator", right.Verb, right.Resource, namespace}
}

// install applies the rendering that has a right, for one operator and without the right.
func (w *lackingWorld) install(t *testing.T, right rights.Right, number int) *lacking {
	t.Helper()
	server := kestra.Start(t, kestra.Options{FlowSchema: w.schema, PluginsHash: 1})
	own, watched := fmt.Sprintf("kestra-%d", number), fmt.Sprintf("team-%d", number)
	of := slices.IndexFunc(w.renderings, func(r rendering) bool { return rightsOf(t, r)[right] })
	text := strings.NewReplacer(ownStandIn, own, watchedStandIn, watched, kestraStandIn, server.URL()).Replace(w.renderings[of].text)
	objects, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	o := &lacking{
		rendering: rendering{release: "r", namespace: own, text: without(t, text, own, right), objects: objects},
		admin:     w.admin, watched: watched, server: server, newSchema: w.newSchema,
	}
	createNamespace(t, w.admin, own)
	createNamespace(t, w.admin, watched)
	install(t, w.admin, o.rendering)
	awaitRoles(t, w.admin, o.rendering)
	service := &corev1.Service{}
	get(t, w.admin, own, "r-kestra-operator-webhook", service)
	o.address = service.Spec.ClusterIP
	if strings.Contains(text, "--metrics-secure") {
		o.metrics = o.address + ":8443"
	}
	return o
}

// renderMany renders the chart for many operators, each of which watches one namespace.
func renderMany(t *testing.T, values string) rendering {
	t.Helper()
	credentials := kestra.DefaultCredentials.Username + ":" + kestra.DefaultCredentials.Password
	return renderRelease(t, "r", ownStandIn, values+"watchNamespaces: ["+watchedStandIn+"]\nconfiguration: {kestra: {url: '"+kestraStandIn+
		"', basicAuth: {enabled: true, value: '"+credentials+"'}}}\n")
}

// rightsOf are the rights that a rendering for many operators gives.
func rightsOf(t *testing.T, r rendering) map[rights.Right]bool {
	t.Helper()
	given := map[rights.Right]bool{}
	for _, o := range unstructuredObjects(t, r.text) {
		place, rules := rulesOf(t, o, r.namespace)
		for _, rule := range rules {
			for _, right := range rightsBy(place, rule) {
				given[right] = true
			}
		}
	}
	return given
}

// rulesOf are the rules of a role of the operator's, and where they hold; none for any other object.
func rulesOf(t *testing.T, o *unstructured.Unstructured, own string) (rights.Place, []rbacv1.PolicyRule) {
	t.Helper()
	if o.GetKind() != "Role" && o.GetKind() != "ClusterRole" || strings.Contains(o.GetName(), ":") { // those of users have a suffix
		return "", nil
	}
	role := &rbacv1.ClusterRole{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, role); err != nil {
		t.Fatal(err)
	}
	switch role.Namespace {
	case "":
		return rights.Cluster, role.Rules
	case own:
		return rights.Own, role.Rules
	default:
		return rights.Watched, role.Rules
	}
}

func rightsBy(place rights.Place, rule rbacv1.PolicyRule) (all []rights.Right) {
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				all = append(all, rights.Right{Place: place, Verb: verb, Resource: group + "/" + resource, Named: len(rule.ResourceNames) > 0})
			}
		}
	}
	return all
}

// without returns the manifests without a right of the operator's.
func without(t *testing.T, text, own string, right rights.Right) string {
	t.Helper()
	var documents []string
	for _, o := range unstructuredObjects(t, text) {
		place, rules := rulesOf(t, o, own)
		var kept []any
		for _, rule := range rules {
			for _, each := range rightsBy(place, rule) {
				if each == right {
					continue
				}
				group, resource, _ := strings.Cut(each.Resource, "/")
				one := rbacv1.PolicyRule{Verbs: []string{each.Verb}, APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: rule.ResourceNames}
				encoded, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&one)
				if err != nil {
					t.Fatal(err)
				}
				kept = append(kept, encoded)
			}
		}
		if len(rules) > 0 {
			o.Object["rules"] = kept
		}
		document, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(document))
	}
	return strings.Join(documents, "---\n")
}

// awaitRoles waits until the API server goes by the roles of a rendering.
func awaitRoles(t *testing.T, admin client.Client, r rendering) {
	t.Helper()
	for _, o := range unstructuredObjects(t, r.text) {
		_, rules := rulesOf(t, o, r.namespace)
		if len(rules) == 0 {
			continue
		}
		group, resource, _ := strings.Cut(rules[0].APIGroups[0]+"/"+rules[0].Resources[0], "/")
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:" + r.namespace + ":r-kestra-operator",
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: o.GetNamespace(), Verb: rules[0].Verbs[0], Group: group, Resource: resource,
				Name: slices.Concat(rules[0].ResourceNames, []string{""})[0],
			},
		}}
		eventuallyAllowed(t, admin, review)
	}
}

func eventuallyAllowed(t *testing.T, admin client.Client, review *authorizationv1.SubjectAccessReview) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), pollInterval, pollTimeout, true, func(ctx context.Context) (bool, error) {
		asked := review.DeepCopy()
		err := admin.Create(ctx, asked)
		return asked.Status.Allowed, err
	})
	if err != nil {
		t.Fatalf("%s may not %s %s: %v", review.Spec.User, review.Spec.ResourceAttributes.Verb, review.Spec.ResourceAttributes.Resource, err)
	}
}
