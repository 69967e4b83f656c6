package overload

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	namespace = "default"
	team      = "company.team"
	// memoryBound is the memory limit of the chart's container, in MiB.
	memoryBound = 512
	pollTimeout = 5 * time.Minute
)

// world is an installation with one replica.
type world struct {
	t       *testing.T
	client  client.Client
	kestra  *devkestra.Server
	replica *process.Replica
}

func newWorld(t *testing.T) *world {
	t.Helper()
	plane := cluster.StartForTest(t)
	access := plane.Config()
	access.QPS = -1
	admin, err := client.New(access, client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, client: admin, kestra: devkestra.Start(t, devkestra.Options{})}
	w.replica = process.Install(t, plane, admin, w.kestra, process.Installation{
		Source: "../..", Count: 1, Arguments: []string{"--leader-elect=false", "--interval=1h", "--kestra-timeout=2s"},
	})[0]
	w.replica.Start()
	w.await("the operator", func(ctx context.Context) string {
		if err := admin.Create(ctx, newFlow(team, "anything"), client.DryRunAll); err != nil {
			return err.Error() // no endpoint of the Service is ready yet
		}
		return ""
	})
	t.Cleanup(func() {
		for _, violation := range w.kestra.Violations() {
			t.Errorf("a call that would harm a real Kestra: %+v", violation)
		}
	})
	return w
}

func (w *world) await(what string, lacking func(context.Context) string) {
	w.t.Helper()
	last := ""
	err := wait.PollUntilContextTimeout(w.t.Context(), 100*time.Millisecond, pollTimeout, true, func(ctx context.Context) (bool, error) {
		last = lacking(ctx)
		return last == "", nil
	})
	if err != nil {
		text, _ := w.replica.Text()
		w.t.Fatalf("waited %s for %s: %s\n%s", pollTimeout, what, last, text[max(0, len(text)-5000):])
	}
}

// newFlow is a flow of a namespace of Kestra.
func newFlow(namespaceOfKestra, id string) *v1alpha1.KestraFlow {
	return &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: id, Labels: map[string]string{"of": namespaceOfKestra}},
		Spec: v1alpha1.KestraFlowSpec{Namespace: namespaceOfKestra, ID: id, Source: "id: " + id + "\nnamespace: " + namespaceOfKestra +
			"\ntasks:\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: hi}\n"},
	}
}

// apply stores so many flows, so many at a time, and returns how long each took, in order. The API server refuses what
// its webhook is too slow for.
func (w *world) apply(of, prefix string, count, atATime int) []time.Duration {
	w.t.Helper()
	took := make([]time.Duration, count)
	numbers := make(chan int)
	var applying sync.WaitGroup
	for range atATime {
		applying.Go(func() {
			for i := range numbers {
				start := time.Now()
				if err := w.client.Create(w.t.Context(), newFlow(of, fmt.Sprintf("%s-%d", prefix, i))); err != nil {
					w.t.Errorf("apply %d of %d: %v", i, count, err)
				}
				took[i] = time.Since(start)
			}
		})
	}
	for i := range count {
		numbers <- i
	}
	close(numbers)
	applying.Wait()
	slices.Sort(took)
	return took
}

// unready says how many of the flows of a namespace of Kestra are not ready; empty when none.
func (w *world) unready(of string, count int) func(context.Context) string {
	return func(ctx context.Context) string {
		list := &v1alpha1.KestraFlowList{}
		if err := w.client.List(ctx, list, client.InNamespace(namespace), client.MatchingLabels{"of": of}); err != nil {
			return err.Error()
		}
		ready := 0
		for _, flow := range list.Items {
			if meta.IsStatusConditionTrue(flow.Status.Conditions, v1alpha1.ConditionReady) {
				ready++
			}
		}
		if ready < count {
			return fmt.Sprintf("%d of %d are ready", ready, count)
		}
		return ""
	}
}

// checkMemory fails when the operator ever had more memory than its container may.
func (w *world) checkMemory() int {
	w.t.Helper()
	peak, err := w.replica.Peak()
	if err != nil {
		w.t.Fatal(err)
	}
	if peak > memoryBound {
		w.t.Errorf("%d MiB were resident, want %d at most", peak, memoryBound)
	}
	if ends := w.replica.Ends(); ends > 0 {
		w.t.Errorf("the operator has ended %d times", ends)
	}
	return peak
}

// creations counts calls that have created a flow.
func (w *world) creations() int {
	return len(w.kestra.Requests(func(r devkestra.Request) bool { return r.IsWrite() && r.Status < http.StatusBadRequest }))
}

// quantile of times in order.
func quantile(of []time.Duration, q float64) time.Duration {
	return of[int(q*float64(len(of)-1))].Round(time.Millisecond)
}
