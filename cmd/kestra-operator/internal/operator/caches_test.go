package operator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// With many objects the caches take long to fill after a restart. Nobody could apply anything meanwhile if admission waited.
func TestAdmissionAnswersBeforeTheCachesAreFull(t *testing.T) {
	w := newWorld(t)
	address := w.install(t)
	if err := w.run(t, address, nil).stop(); err != nil { // an authority of its own has made the certificate since
		t.Fatal(err)
	}
	lists := &heldLists{asked: make(chan struct{}), release: make(chan struct{})}
	release := sync.OnceFunc(func() { close(lists.release) })
	t.Cleanup(release)
	w.access.Wrap(func(next http.RoundTripper) http.RoundTripper { return heldRequests{next, lists} })
	w.run(t, address, func(c *config.Config) { c.Name += "-again" }) // a process has each name once
	select {
	case <-lists.asked:
	case <-time.After(patience):
		t.Fatal("the caches do not ask for flows")
	}
	if err := w.client.Create(t.Context(), newFlow("bad", "id: other\nnamespace: company.team\n")); !apierrors.IsInvalid(err) {
		t.Errorf("a bad flow: got %v, want the webhook's refusal", err)
	}
	good := newFlow("good", goodSource)
	if err := w.client.Create(t.Context(), good); err != nil {
		t.Errorf("a good flow: %v", err)
	}
	if passed := lists.passed.Load(); passed > 0 {
		t.Errorf("%d lists of flows were answered before admission was asked, want none", passed)
	}
	release()
	eventually(t, "the flow is kept, once it can be listed", func() error {
		var flow v1alpha1.KestraFlow
		if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(good), &flow); err != nil {
			return err
		}
		if flow.Status.SourceHash == "" {
			return errors.New("nothing was written to Kestra")
		}
		return nil
	})
}

// With many objects, a pod would be killed before its caches are full, and an API server that is away would keep it for ever.
func TestTheOperatorStopsWhileItsCachesFill(t *testing.T) {
	mgr := slowManager{begun: make(chan struct{}), end: make(chan error), cachesFull: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- start(ctx, mgr, &sync.WaitGroup{}) }()
	<-mgr.begun
	cancel()
	if err := within(t, ended); err != nil {
		t.Error(err)
	}
	mgr.end <- nil
}

func TestTheOperatorWaitsForWhatItHasStarted(t *testing.T) {
	mgr := slowManager{begun: make(chan struct{}), end: make(chan error), cachesFull: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended, serving := make(chan error, 1), &sync.WaitGroup{}
	serving.Add(1)
	close(mgr.cachesFull)
	go func() { ended <- start(ctx, mgr, serving) }()
	<-mgr.begun
	cancel()
	failure := errors.New("no end in time")
	mgr.end <- failure
	select {
	case err := <-ended:
		t.Errorf("it ended with %v while a server still serves", err)
	case <-time.After(50 * time.Millisecond): // nothing tells that it waits
	}
	serving.Done()
	if err := within(t, ended); !errors.Is(err, failure) {
		t.Errorf("it ended with %v, want the manager's error", err)
	}
}

// within waits for the end of what a test has started.
func within(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		t.Fatalf("no end within %s", patience)
		return nil
	}
}

// slowManager begins to run what needs full caches once they are, and ends when it is told to, whatever its context says.
type slowManager struct {
	begun      chan struct{}
	end        chan error
	cachesFull chan struct{}
}

func (m slowManager) Add(runnable manager.Runnable) error {
	select {
	case <-m.cachesFull:
		return runnable.Start(context.Background())
	default:
		return nil
	}
}

func (m slowManager) Start(context.Context) error {
	close(m.begun)
	return <-m.end
}

// heldLists are the requests that fill the cache of flows.
type heldLists struct {
	once    sync.Once
	asked   chan struct{} // closed with the first
	release chan struct{} // closed when they may be answered
	passed  atomic.Int64
}

// heldRequests sends requests on, those that lists are held of not yet.
type heldRequests struct {
	http.RoundTripper
	lists *heldLists
}

func (h heldRequests) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodGet && strings.HasSuffix(request.URL.Path, "/kestraflows") {
		h.lists.once.Do(func() { close(h.lists.asked) })
		select {
		case <-h.lists.release:
			h.lists.passed.Add(1)
		case <-request.Context().Done():
			return nil, request.Context().Err()
		}
	}
	return h.RoundTripper.RoundTrip(request)
}

// A watch that ends early is begun anew for ever, and never fills the cache of many objects.
func TestWatchesLastUntilTheAPIServerEndsThem(t *testing.T) {
	w := newWorld(t)
	address := w.install(t)
	begun := &watchesBegun{}
	w.access.Wrap(func(next http.RoundTripper) http.RoundTripper { return watchedRequests{next, begun} })
	w.run(t, address, nil)
	eventually(t, "every kind is watched", func() error {
		for _, kind := range []string{"/kestraflows", "/kestrakeyvalues", "/kestranamespacefiles", "/configmaps"} {
			if begun.count(kind) == 0 {
				return fmt.Errorf("nobody watches %s", kind)
			}
		}
		return nil
	})
	begun.mutex.Lock()
	defer begun.mutex.Unlock()
	for _, watched := range begun.requests {
		if deadline, limited := watched.Context().Deadline(); limited || watched.URL.Query().Has("timeout") {
			t.Errorf("the watch %s ends by itself, at %s", watched.URL, deadline)
		}
	}
}

// watchesBegun are the requests for watches.
type watchesBegun struct {
	mutex    sync.Mutex
	requests []*http.Request
}

// count is how many watches of a path have begun.
func (w *watchesBegun) count(suffix string) int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	number := 0
	for _, request := range w.requests {
		if strings.HasSuffix(request.URL.Path, suffix) {
			number++
		}
	}
	return number
}

type watchedRequests struct {
	http.RoundTripper
	begun *watchesBegun
}

func (w watchedRequests) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Query().Get("watch") == "true" {
		w.begun.mutex.Lock()
		w.begun.requests = append(w.begun.requests, request)
		w.begun.mutex.Unlock()
	}
	return w.RoundTripper.RoundTrip(request)
}
