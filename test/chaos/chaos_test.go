package chaos

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/test/process"
)

// roundDuration is how long one round of changes and disturbances takes, before the world is healed and checked.
const roundDuration = 20 * time.Second

func TestNothingIsLostWhateverFails(t *testing.T) {
	t.Logf("CHAOS_SEED=%d CHAOS_DURATION=%s, clocks that jump: %t", *seed, *duration, *moveClocks)
	w := newWorld(t, *seed)
	truth := followClaims(w)
	own, around, clocks := w.random(usersCount), w.random(usersCount+1), w.random(usersCount+2)
	for round, begun := 1, time.Now(); time.Since(begun) < *duration && !t.Failed(); round++ {
		w.round(min(roundDuration, *duration), own, around, clocks)
		w.heal()
		w.check(round)
		truth.compare()
		w.count("rounds")
		for _, difference := range w.differences {
			t.Errorf("round %d: %s", round, difference)
		}
	}
	w.report()
	if !t.Failed() {
		w.checkTheChecker(truth)
	}
}

// random is one of the sequences of random numbers that follow from the seed; those below usersCount are the users'.
func (w *world) random(sequence uint64) *rand.Rand { return rand.New(rand.NewPCG(*seed, sequence)) }

// round lets users and disturbances act for a while, and waits until all have stopped.
func (w *world) round(length time.Duration, own, around, clocks *rand.Rand) {
	until, cancel := context.WithTimeout(w.t.Context(), length)
	defer cancel()
	var acting sync.WaitGroup
	for _, u := range w.users {
		acting.Go(func() { u.work(until) })
	}
	acting.Go(func() { w.disturb(until, ownTroubles, own) })
	acting.Go(func() { w.disturb(until, surroundings, around) })
	acting.Go(func() { w.disturbClocks(until, clocks) })
	acting.Wait()
}

// report prints what was done.
func (w *world) report() {
	held := &coordinationv1.Lease{}
	if err := w.client.Get(w.t.Context(), client.ObjectKey{Namespace: process.Namespace, Name: process.Lease}, held); err == nil && held.Spec.LeaseTransitions != nil {
		w.most("leaders since the lease was last made", int(*held.Spec.LeaseTransitions)+1)
	}
	for _, r := range w.replicas {
		w.most("processes of one replica", r.Starts())
		w.most("processes of one replica that gave up", r.Ends())
	}
	w.most("writes to Kestra", w.kestra.WriteCount())
	w.most("calls of Kestra", w.kestra.RequestCount())
	w.most("differences", len(w.differences))
	var lines strings.Builder
	for _, what := range slices.Sorted(maps.Keys(w.counts)) {
		fmt.Fprintf(&lines, "%6d  %s\n", w.counts[what], what)
	}
	w.t.Logf("seed %d:\n%s", *seed, lines.String())
}

// most raises a figure to a number.
func (t *tally) most(what string, number int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[what] = max(t.counts[what], number)
}
