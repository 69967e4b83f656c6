package bench

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// kestraNamespace is where all flows of a run are in Kestra.
const kestraNamespace = "bench.flows"

// source is a valid flow of about size bytes as people write them, without the read-only label. Two marks make two texts.
func source(id, mark string, size int) string { return sourceWith("", id, mark, size) }

// labelled is the same with the label, which the operator need not set.
func labelled(id, mark string, size int) string {
	return sourceWith("labels:\n  system.readOnly: \"true\"\n", id, mark, size)
}

func sourceWith(labels, id, mark string, size int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "id: %s\nnamespace: %s\ndescription: %s\n"+labels+"inputs:\n  - id: name\n    type: STRING\n    defaults: world\ntasks:\n", id, kestraNamespace, mark)
	for i := 0; i == 0 || text.Len() < size-200; i++ {
		fmt.Fprintf(&text, "  - id: fetch_%d\n    type: io.kestra.plugin.core.http.Request\n    uri: \"https://example.com/{{ inputs.name }}/%d\"\n", i, i)
		fmt.Fprintf(&text, "  - id: log_%d\n    type: io.kestra.plugin.core.log.Log\n    message: \"{{ outputs.fetch_%d.code }} and the answer's body, which may be long\"\n", i, i)
	}
	text.WriteString("triggers:\n  - id: daily\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: \"0 9 * * *\"\n")
	return text.String()
}

// containsMark is true for a source of that mark.
func containsMark(source, mark string) bool {
	return strings.Contains(source, "\ndescription: "+mark+"\n")
}

// newNamespace makes a Kubernetes namespace with labels of its own.
func newNamespace(b testing.TB, labels map[string]string) string {
	b.Helper()
	clients, err := kubernetes.NewForConfig(plane.Config())
	if err != nil {
		b.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "bench-", Labels: labels}}
	namespace, err = clients.CoreV1().Namespaces().Create(b.Context(), namespace, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return namespace.Name
}

// applier applies flows as kubectl apply --server-side does, each over a connection of its own.
type applier struct{ http *rest.RESTClient }

func newApplier(b testing.TB) applier {
	b.Helper()
	config := plane.Config()
	config.QPS = -1
	config.Dial = ownConnection()                        // without it, all clients of a process share one connection
	config.WarningHandlerWithContext = rest.NoWarnings{} // printing them would be measured
	config.GroupVersion = &v1alpha1.GroupVersion
	config.APIPath = "/apis"
	config.NegotiatedSerializer = codecs()
	client, err := rest.RESTClientFor(config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Client.CloseIdleConnections)
	return applier{client}
}

// flowObject is a flow as it is applied.
type flowObject struct {
	namespace, name string
	labels          map[string]string
	source          string
}

// apply creates or changes a flow.
func (a applier) apply(b testing.TB, flow flowObject) error {
	object, err := json.Marshal(map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(),
		"kind":       "KestraFlow",
		"metadata":   map[string]any{"namespace": flow.namespace, "name": flow.name, "labels": flow.labels},
		"spec":       map[string]any{"namespace": kestraNamespace, "id": flow.name, "source": flow.source},
	})
	if err != nil {
		return err
	}
	return a.http.Patch(types.ApplyPatchType).Namespace(flow.namespace).Resource("kestraflows").Name(flow.name).
		Param("fieldManager", "bench").Param("force", "true").Body(object).Do(b.Context()).Error()
}

// applyMany creates flows o0, o1, … of a size in bytes, as fast as the API server takes them.
func applyMany(b testing.TB, namespace string, from, to, size int) {
	b.Helper()
	applyLabelled(b, namespace, from, to, size, nil)
}

func applyLabelled(b testing.TB, namespace string, from, to, size int, labels map[string]string) {
	b.Helper()
	const clients = 8
	each(b, clients, func(client int) error {
		applier := newApplier(b)
		for i := from + client; i < to; i += clients {
			name := fmt.Sprintf("o%d", i)
			flow := flowObject{namespace: namespace, name: name, labels: labels, source: source(name, "first", size)}
			if err := applier.apply(b, flow); err != nil {
				return err
			}
		}
		return nil
	})
}
