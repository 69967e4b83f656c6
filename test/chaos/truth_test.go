package chaos

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// truth sees every state in which flows are stored, and remembers what their status claims.
type truth struct {
	*world
	mu     sync.Mutex
	claims map[string]map[string]bool // id → texts that a status said Kestra holds
}

// followClaims watches flows until the test ends, across restarts of the API server.
func followClaims(w *world) *truth {
	truth := &truth{world: w, claims: map[string]map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			truth.watch(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(pollInterval):
			}
		}
	})
	w.t.Cleanup(func() {
		cancel()
		watching.Wait()
	})
	return truth
}

func (t *truth) watch(ctx context.Context) {
	events, err := t.client.Watch(ctx, &v1alpha1.KestraFlowList{}, client.InNamespace(objects))
	if err != nil {
		return
	}
	defer events.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-events.ResultChan():
			if !open {
				return
			}
			if flow, ok := event.Object.(*v1alpha1.KestraFlow); ok {
				t.note(flow)
			}
		}
	}
}

// note remembers what a status claims of the spec that is stored with it.
func (t *truth) note(flow *v1alpha1.KestraFlow) {
	ready := readyOf(flow)
	if ready.Status != metav1.ConditionTrue || ready.ObservedGeneration != flow.GetGeneration() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.claims[flow.Spec.ID] == nil {
		t.claims[flow.Spec.ID] = map[string]bool{}
	}
	t.claims[flow.Spec.ID][labelled(flow.Spec.Source)] = true
	t.count("truthful states of flows")
}

// compare notes a difference for each text that a status said Kestra holds, and that Kestra never held.
func (t *truth) compare() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, texts := range t.claims {
		held := map[string]bool{}
		for _, revision := range t.kestra.FlowRevisions(tenant, team, id) {
			held[revision.Source] = true
		}
		for text := range texts {
			if !held[text] {
				t.differs("a status said that Kestra holds what it never held: %q", text)
			}
		}
	}
}
