package chaos

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/test/clock"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	// interval between two looks of the operator at a target.
	interval = 5 * time.Second
	// callTimeout is the patience of users.
	callTimeout = 12 * time.Second
	// pollInterval and pollTimeout of the checker. A new leader takes ten seconds to be one, and waits between tries.
	pollInterval = 200 * time.Millisecond
	pollTimeout  = 3 * time.Minute

	replicaCount  = 2
	usersCount    = 3
	targetsOfKind = 4 // of each user
)

// world is a cluster with the operator installed, and a Kestra.
type world struct {
	t        *testing.T
	plane    *cluster.ControlPlane
	client   client.WithWatch
	kestra   *devkestra.Server
	replicas []*process.Replica
	// clocks of the replicas; nil when they cannot be moved.
	clocks []clock.Clock
	untouched
	users []*user
	// expiring is true once the clock of Kestra has jumped, in a round, beyond the life of every key-value that has one.
	expiring bool
	// subject is the target whose story a failure tells; nil for none.
	subject *target
	// spoilt counts the certificates that were replaced by others.
	spoilt atomic.Int32
	tally

	mu          sync.Mutex
	differences []string
}

// tally counts what a run did.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) count(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[what]++
}

// newWorld starts the replicas, with more arguments perhaps.
func newWorld(t *testing.T, seed uint64, arguments ...string) *world {
	t.Helper()
	w := &world{t: t, plane: cluster.StartForTestWith(t, cluster.Options{ConfigureAPIServer: certifyForClocksBehind}), kestra: devkestra.Start(t, devkestra.Options{})}
	access := w.plane.Config()
	access.QPS = -1
	var err error
	if w.client, err = client.NewWithWatch(access, client.Options{Scheme: suite.Scheme()}); err != nil {
		t.Fatal(err)
	}
	w.replicas = process.Install(t, w.plane, w.client, w.kestra, w.installation(arguments))
	w.untouched = seedUntouched(w.kestra)
	for i := range usersCount {
		w.users = append(w.users, newUser(w, i, seed))
	}
	for _, r := range w.replicas {
		r.Start()
	}
	w.await("the replicas", w.unready)
	return w
}

// installation is what runs the operator.
func (w *world) installation(arguments []string) process.Installation {
	i := process.Installation{Source: "../..", Count: replicaCount, Arguments: append([]string{"--interval=" + interval.String()}, arguments...)}
	if *moveClocks {
		i.BuildFlags = w.makeClocks()
		i.Environment = func(replica int) []string { return []string{w.clocks[replica].Environment()} }
	}
	return i
}

// unready says which replica is not ready; empty when all are.
func (w *world) unready(ctx context.Context) string {
	for i, r := range w.replicas {
		if err := r.Ready(ctx); err != nil {
			return fmt.Sprintf("replica %d: %v", i, err)
		}
	}
	return ""
}

// differs notes a difference between what there is and what there must be.
func (w *world) differs(format string, arguments ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.differences = append(w.differences, fmt.Sprintf(format, arguments...))
}

// await polls until nothing is lacking any more.
func (w *world) await(what string, lacking func(context.Context) string) {
	w.t.Helper()
	last := ""
	err := wait.PollUntilContextTimeout(w.t.Context(), pollInterval, pollTimeout, true, func(ctx context.Context) (bool, error) {
		now := lacking(ctx)
		if ctx.Err() == nil { // what it says of a call that the end of the wait cut off is no reason
			last = now
		}
		return now == "", nil
	})
	if err != nil {
		w.fatal("waited %s for %s: %s", pollTimeout, what, last)
	}
}

// fatal ends the test with what the replicas have to say.
func (w *world) fatal(format string, arguments ...any) {
	w.t.Helper()
	const tail = 6000
	for i, r := range w.replicas {
		text, _ := r.Text()
		w.t.Logf("the end of the log of replica %d:\n%s", i, text[max(0, len(text)-tail):])
	}
	if w.subject != nil {
		w.tell(w.subject)
	}
	w.t.Fatalf(format, arguments...)
}

// tell prints what the replicas did with a target, and what Kestra was asked of it.
func (w *world) tell(t *target) {
	w.t.Helper()
	for i, r := range w.replicas {
		text, _ := r.Text()
		for line := range strings.Lines(text) {
			if strings.Contains(line, t.name) {
				w.t.Logf("replica %d: %.600s", i, line)
			}
		}
	}
	for _, request := range w.kestra.Writes() {
		if strings.Contains(request.Path, t.name) {
			w.t.Logf("Kestra: %+v", request)
		}
	}
}
