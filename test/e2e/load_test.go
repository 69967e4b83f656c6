package e2e

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// rate of applies, per second: more than the 20 that everything must withstand, since a busy machine loses some.
	rate = 25
	// targets is the number of flows that are changed in turn, so that two changes of one rarely meet.
	targets = 60
)

// load applies flows at a steady rate, each a change that has to be judged, and keeps count.
type load struct {
	cluster *cluster
	stop    context.CancelFunc
	ended   chan struct{}

	mutex    sync.Mutex
	applies  int
	streak   int // of applies that were taken, up to the latest
	failures []failure
	slowest  time.Duration
	began    time.Time
}

// failure is an apply that was not taken.
type failure struct {
	at  time.Time
	err error
}

// startLoad applies flows in a namespace until the load is finished.
func (c *cluster) startLoad(t testing.TB, namespace string) *load {
	t.Helper()
	c.apply(t, fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", namespace))
	ctx, stop := context.WithCancel(context.Background())
	l := &load{cluster: c, stop: stop, ended: make(chan struct{}), began: time.Now()}
	go l.run(ctx, namespace)
	t.Cleanup(func() { stop(); <-l.ended })
	// What follows must happen under load, not before it.
	eventually(t, "the load has begun", func(context.Context) error {
		if applies, _ := l.counts(); applies < rate {
			return fmt.Errorf("%d applies", applies)
		}
		return nil
	})
	return l
}

func (l *load) run(ctx context.Context, namespace string) {
	defer close(l.ended)
	ticker := time.NewTicker(time.Second / rate)
	defer ticker.Stop()
	var group sync.WaitGroup
	defer group.Wait()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			group.Go(func() { l.one(namespace, fmt.Sprintf("load-%d", i%targets), fmt.Sprintf("Number %d", i)) })
		}
	}
}

// one applies one flow. It is not bound to the load's end: what was begun is waited for.
func (l *load) one(namespace, id, says string) {
	began := time.Now()
	err := l.cluster.applyFlow(context.Background(), namespace, id, says)
	took := time.Since(began)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.applies++
	l.slowest = max(l.slowest, took)
	l.streak++
	if err != nil {
		l.streak = 0
		l.failures = append(l.failures, failure{time.Now(), err})
	}
}

// awaitCalm waits until applies have been taken for a while.
func (l *load) awaitCalm(t testing.TB) {
	t.Helper()
	eventually(t, "applies are taken again", func(context.Context) error {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		if l.streak < 2*rate {
			return fmt.Errorf("only the latest %d", l.streak)
		}
		return nil
	})
}

// applyFlow applies a flow as kubectl apply --server-side does.
func (c *cluster) applyFlow(ctx context.Context, namespace, id, says string) error {
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(newFlow(namespace, id, says))
	if err != nil {
		return err
	}
	delete(object, "status")
	unstructured.RemoveNestedField(object, "metadata", "creationTimestamp")
	return c.admin.Apply(ctx, client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: object}), client.FieldOwner("e2e"), client.ForceOwnership)
}

func (l *load) counts() (applies, failures int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.applies, len(l.failures)
}

// finish ends the load and reports it.
func (l *load) finish(t testing.TB, during string) []failure {
	t.Helper()
	took := time.Since(l.began)
	l.stop()
	<-l.ended
	report(t, "%s: %d applies in %.1f s (%.1f per second), %d failed, the slowest took %.2f s",
		during, l.applies, took.Seconds(), float64(l.applies)/took.Seconds(), len(l.failures), l.slowest.Seconds())
	return l.failures
}

// finishWithoutFailure ends the load, of which nothing may have failed.
func (l *load) finishWithoutFailure(t testing.TB, during string) {
	t.Helper()
	if failures := l.finish(t, during); len(failures) > 0 {
		t.Errorf("%d applies failed:\n%v", len(failures), sample(failures))
	}
}

// sample is the first few failures.
func sample(failures []failure) error {
	var errs []error
	for _, f := range failures[:min(3, len(failures))] {
		errs = append(errs, fmt.Errorf("%s: %w", f.at.Format(time.TimeOnly), f.err))
	}
	return errors.Join(errs...)
}
