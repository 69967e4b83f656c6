package chart

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// everyRight are values by which the operator has every right that the chart can give it.
const everyRight = `
certificates: {mode: self-managed}
crds: {mode: operator}
valueFrom: {enabled: true}
`

// unseen are rights that the audit log of this API server does not show here, and what they are for. That they are needed is
// shown by TestWithoutAnyRightItsFeatureBreaks.
var unseen = map[string]string{
	// Server-side apply of what is not there is authorised as a creation too, and logged as a patch.
	"*: create apiextensions.k8s.io/customresourcedefinitions": "definitions that the operator installs",
	// Only of an object that has not changed in between.
	"*: patch events.k8s.io/events": "events that count how often they happened",
}

// TestEveryRightIsUsed has the API server write down what the operator asks it for, while it does all that it can do. A
// right that was never used would be one too many; one that was used and is taken away is a call that is forbidden.
func TestEveryRightIsUsed(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.log")
	plane := startAudited(t, log)
	admin := newClient(t, plane.Config())
	createNamespace(t, admin, "kestra")
	createNamespace(t, admin, "team-a")
	credentials := kestra.DefaultCredentials.Username + ":" + kestra.DefaultCredentials.Password
	schema := coreSchema(t, newPlugin)
	server := kestra.Start(t, kestra.Options{FlowSchema: schema, PluginsHash: 1})
	r := render(t, everyRight+"configuration: {kestra: {url: '"+server.URL()+"', basicAuth: {enabled: true, value: '"+credentials+"'}}}\n")
	install(t, admin, r)
	service := &corev1.Service{}
	get(t, admin, r.namespace, "r-kestra-operator-webhook", service)
	metrics := process.FreeAddress(t)
	operator := startOperator(t, plane, r, service.Spec.ClusterIP, "--metrics-bind-address="+metrics)

	doEverything(t, admin, operator, server, metrics)

	given, used := may(r), map[string]bool{}
	_ = wait.PollUntilContextTimeout(t.Context(), time.Second, time.Minute, true, func(context.Context) (bool, error) {
		used = rightsUsed(t, log, given)
		return len(notUsed(given, used)) == 0, nil
	})
	for _, right := range notUsed(given, used) {
		t.Errorf("never used: %q", right)
	}
	t.Logf("%d rights, each of them used", len(given))
}

// doEverything uses every feature once.
func doEverything(t *testing.T, admin client.Client, operator running, server *kestra.Server, metrics string) {
	t.Helper()
	watchAFlow(t, admin, operator, server, nil)
	repeatAnEvent(t, admin, operator, server)
	changeThePlugins(t, admin, operator, server)
	readASecret(t, admin, operator, server)
	create(t, admin, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "c"}, Data: map[string]string{"k": "v"}})
	file := &v1alpha1.KestraNamespaceFile{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "file"},
		Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: "company.team", Filename: "a.txt", ContentFrom: &v1alpha1.ValueSource{
			ConfigMapKeyRef: &v1alpha1.KeyReference{Name: "c", Key: "k"},
		}},
	}
	create(t, admin, file)
	eventually(t, operator, "the file is ready", func() bool {
		get(t, admin, "team-a", "file", file)
		return meta.IsStatusConditionTrue(file.Status.Conditions, v1alpha1.ConditionReady)
	})
	askForMetrics(t, metrics)
	expectNoDebugging(t, operator)
}

// expectNoDebugging asks for what Go programs can tell of themselves.
func expectNoDebugging(t *testing.T, operator running) {
	t.Helper()
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
		response, err := http.Get("http://" + operator.probes + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, response.StatusCode)
		}
	}
}

// repeatAnEvent has the operator tell twice of the same: of a repair.
func repeatAnEvent(t *testing.T, admin client.Client, operator running, server *kestra.Server) {
	t.Helper()
	repeated := newFlow("team-a", "hello", goodFlow)
	create(t, admin, repeated)
	for i := range 2 {
		eventually(t, operator, "the flow is ready", func() bool {
			get(t, admin, "team-a", "hello", repeated)
			held, _ := server.Flow("main", "company.team", "hello")
			return meta.IsStatusConditionTrue(repeated.Status.Conditions, v1alpha1.ConditionReady) && len(repeated.Status.RecentRepairs) == i &&
				strings.Contains(held.Source, "message: Hello")
		})
		tellOfARepair(t, admin, repeated, server, fmt.Sprint(i))
	}
}

// changeThePlugins lets Kestra take a flow that what was saved of it speaks against.
func changeThePlugins(t *testing.T, admin client.Client, operator running, server *kestra.Server) {
	t.Helper()
	server.SetFlowSchema(coreSchema(t, ""), 2)
	changed := newFlow("team-a", "return", "id: return\nnamespace: company.team\ntasks:\n  - {id: t, type: "+newPlugin+", format: hi}\n")
	create(t, admin, changed)
	eventually(t, operator, "the flow of a new plugin is ready", func() bool {
		get(t, admin, "team-a", "return", changed)
		return meta.IsStatusConditionTrue(changed.Status.Conditions, v1alpha1.ConditionReady)
	})
}

// askForMetrics asks with a token that nobody knows, about which the operator asks the API server.
func askForMetrics(t *testing.T, address string) {
	t.Helper()
	status, err := statusOfMetrics(t, address)
	if err != nil {
		t.Fatal(err)
	}
	if status != http.StatusUnauthorized {
		t.Errorf("metrics answer %d to a token that nobody knows", status)
	}
}

// statusOfMetrics is what a token that nobody knows gets.
func statusOfMetrics(t *testing.T, address string) (int, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	request.Close = true
	request.Header.Set("Authorization", "Bearer nobody's")
	// The certificate is for the Service, not for this address.
	caller := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := caller.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// newPlugin is a type that Kestra learns in the course of the test.
const newPlugin = "io.kestra.plugin.core.debug.Return"

// coreSchema is a flow schema with every type of Kestra's core, without one of them perhaps.
func coreSchema(t *testing.T, without string) []byte {
	t.Helper()
	core, err := flow.Embedded("1.3")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]any{"type": "string"}
	definitions, members := map[string]any{}, []any{}
	for _, name := range core.Types() {
		if name == without {
			continue
		}
		definitions[name] = map[string]any{"type": "object", "properties": map[string]any{
			"id": text, "type": map[string]any{"const": name}, "message": text, "format": text,
		}}
		members = append(members, map[string]any{"$ref": "#/definitions/" + name})
	}
	const root = "io.kestra.core.models.flows.Flow"
	definitions[root] = map[string]any{"type": "object", "properties": map[string]any{
		"id": text, "namespace": text, "labels": map[string]any{}, "tasks": map[string]any{"type": "array", "items": map[string]any{"anyOf": members}},
	}}
	schema, err := json.Marshal(map[string]any{"$ref": "#/definitions/" + root, "definitions": definitions})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// startAudited starts a control plane whose API server writes down what service accounts ask for.
func startAudited(t *testing.T, log string) *cluster.ControlPlane {
	t.Helper()
	policy := filepath.Join(t.TempDir(), "audit.yaml")
	const text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- {level: Metadata, userGroups: ['system:serviceaccounts']}\n- {level: None}\n"
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return cluster.StartForTestWith(t, cluster.Options{ConfigureAPIServer: func(s *envtest.APIServer) error {
		s.Configure().Set("audit-log-path", log).Set("audit-policy-file", policy)
		return nil
	}})
}

// rightsUsed returns which of the rights that are given the audit log shows to be used.
func rightsUsed(t *testing.T, log string, given map[string]bool) map[string]bool {
	t.Helper()
	file, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	used := map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Verb           string
			ObjectRef      struct{ APIGroup, Resource, Subresource, Namespace string }
			ResponseStatus struct{ Code int }
		}
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			continue // the line is being written
		}
		ref := event.ObjectRef
		what := ref.APIGroup + "/" + ref.Resource
		if ref.Subresource != "" {
			what += "/" + ref.Subresource
		}
		if event.ResponseStatus.Code == http.StatusForbidden {
			t.Errorf("a right is missing: %s %s in %q", event.Verb, what, ref.Namespace)
		}
		for _, scope := range []string{ref.Namespace, "*"} {
			right := fmt.Sprintf("%s: %s %s", scope, event.Verb, what)
			used[right], used[right+" by name"] = given[right], given[right+" by name"]
		}
	}
	return used
}

func notUsed(given, used map[string]bool) (rights []string) {
	for _, right := range slices.Sorted(maps.Keys(given)) {
		if !used[right] && unseen[right] == "" && !strings.Contains(right, " list ") {
			rights = append(rights, right)
		}
	}
	return rights
}
