package bench

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// passes is how many flows the operator has under way at a time: a few for each call of Kestra that it may make.
const passes = 4 * concurrency

// clusterRate is the second reference: the POSTs together with the calls of the API server that keep a crash harmless and a
// deletion complete, as bare requests whose bodies are made beforehand. Nothing is decoded, judged, watched or queued.
func clusterRate(b testing.TB, flows, size int, latency time.Duration) float64 {
	b.Helper()
	namespace := newNamespace(b, nil)
	applyMany(b, namespace, 0, flows, size)
	server := devkestra.NewServer(devkestra.Options{})
	if err := server.Listen("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	server.SetLatency(latency)
	writer := bareWriter{applier: newApplier(b), client: newKestraClient(b, server), turns: make(chan struct{}, concurrency), namespace: namespace}
	each(b, passes, func(worker int) error {
		for i := worker; i < flows; i += passes {
			if err := writer.bring(b, fmt.Sprintf("o%d", i), size); err != nil {
				return err
			}
		}
		return nil
	})
	return storeRate(b, server, flows)
}

// bareWriter brings flows into Kestra as the operator does, without being one.
type bareWriter struct {
	applier
	client    *kestra.Client
	turns     chan struct{}
	namespace string
}

var (
	finalizer = merge(map[string]any{"metadata": map[string]any{"finalizers": []string{v1alpha1.Finalizer}}})
	intent    = statusOf(v1alpha1.ConditionReconciling, v1alpha1.ConditionReady)
	outcome   = statusOf(v1alpha1.ConditionAdmitted, v1alpha1.ConditionSynced, v1alpha1.ConditionReady)
)

func (w bareWriter) bring(b testing.TB, name string, size int) error {
	get := w.http.Get().Namespace(w.namespace).Resource("kestraflows").Name(name).Do(b.Context())
	if err := get.Error(); err != nil {
		return err
	}
	if err := w.patch(b, name, finalizer); err != nil {
		return err
	}
	if err := w.patch(b, name, intent, "status"); err != nil {
		return err
	}
	w.turns <- struct{}{}
	target := kestra.Target{Tenant: devkestra.DefaultTenant, Namespace: kestraNamespace, Name: name}
	_, err := w.client.CreateFlow(b.Context(), target, []byte(source(name, "first", size)))
	<-w.turns
	if err != nil {
		return err
	}
	return w.patch(b, name, outcome, "status")
}

func (w bareWriter) patch(b testing.TB, name string, body []byte, subresource ...string) error {
	return w.http.Patch(types.MergePatchType).Namespace(w.namespace).Resource("kestraflows").Name(name).SubResource(subresource...).
		Param("fieldManager", "kestra-operator").Body(body).Do(b.Context()).Error()
}

// statusOf is a status of about the operator's size, with some conditions.
func statusOf(conditions ...string) []byte {
	status := v1alpha1.SyncStatus{Target: &v1alpha1.TargetStatus{
		Tenant: devkestra.DefaultTenant, Namespace: kestraNamespace, Name: "o1000", IntentHash: fmt.Sprintf("%064d", len(conditions)),
	}}
	for _, kind := range conditions {
		status.Conditions = append(status.Conditions, metav1.Condition{
			Type: kind, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSucceeded, Message: "Kestra holds the spec",
			LastTransitionTime: metav1.Now(), ObservedGeneration: 1,
		})
	}
	return merge(map[string]any{"status": v1alpha1.KestraFlowStatus{SyncStatus: status}})
}

func merge(change map[string]any) []byte {
	patch, err := json.Marshal(change)
	if err != nil {
		panic(err) // of what is written above
	}
	return patch
}
