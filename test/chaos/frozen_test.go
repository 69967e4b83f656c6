package chaos

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// TestAFrozenLeaderSendsNothingThatItHadBegun freezes the leader between its look at what somebody has changed and the write
// that puts it back, until the other replica has done so.
func TestAFrozenLeaderSendsNothingThatItHadBegun(t *testing.T) {
	if !*moveClocks {
		t.Skip("a lease has to pass: make chaos runs it")
	}
	w := newWorld(t, *seed, "--kestra-timeout=5m") // the frozen call does not end by its timeout
	leader, standby := w.replicas[0], w.replicas[1]
	standby.Stop()
	flow := flowKind.newObject("hello", "hello").(*v1alpha1.KestraFlow)
	flowKind.edit(flow, "hello", "as its owner wants it")
	if err := w.client.Create(t.Context(), flow); err != nil {
		t.Fatal(err)
	}
	isBack := func(context.Context) string {
		if held := flowKind.holds(w.kestra, "hello"); held != flowKind.wants(flow) {
			return "Kestra holds " + held
		}
		return ""
	}
	w.await("the flow", isBack)
	standby.Start()
	w.await("the replicas", w.unready)

	flowKind.put(w.kestra, "hello", "as somebody else wants it")
	before := w.kestra.WriteCount()
	looks := w.onLook("hello")
	changed := flow.DeepCopy()
	changed.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: "now"}
	if err := w.client.Patch(t.Context(), changed, client.MergeFrom(flow)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-looks:
	case <-time.After(pollTimeout):
		w.fatal("nobody looks at the flow")
	}
	leader.Signal(syscall.SIGSTOP)
	w.await("the other replica to put the flow back", isBack)
	w.thaw(leader)
	w.await("the replicas", w.unready)
	if writes := w.kestra.WriteCount() - before; writes != 1 {
		t.Errorf("%d writes put one change back, want 1: %+v", writes, w.kestra.Writes())
	}
}

// onLook returns what is closed once somebody asks Kestra for a flow; the answer takes long enough to freeze whoever asks.
func (w *world) onLook(id string) <-chan struct{} {
	looks := make(chan struct{})
	once := sync.OnceFunc(func() { close(looks) })
	w.kestra.Fail(func(r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/"+id) {
			return false
		}
		once()
		return true
	}, devkestra.Fault{Delay: time.Second}, 1)
	return looks
}
