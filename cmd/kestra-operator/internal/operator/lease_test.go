package operator

import (
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/utils/clock"
	testclock "k8s.io/utils/clock/testing"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// A replica that goes on after it was frozen has a pass in its hands, and may lead no more.
func TestOnlyAReplicaWhoseLeaseNobodyElseCanHaveMayWrite(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		t.Fatal(err)
	}
	now := testclock.NewFakePassiveClock(time.Now())
	l, err := newLease(config.Config{Name: "kestra-operator", Namespace: namespace}, w.plane.Config(), now)
	if err != nil {
		t.Fatal(err)
	}
	expect := func(when string, want bool) {
		t.Helper()
		if err := l.mayWrite(); (err == nil) != want {
			t.Errorf("%s: may write is %t, want %t: %v", when, err == nil, want, err)
		}
	}
	record := func(holder string) resourcelock.LeaderElectionRecord {
		return resourcelock.LeaderElectionRecord{HolderIdentity: holder, LeaseDurationSeconds: 10}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	expect("without a lease", false)
	do(l.Create(t.Context(), record(l.Identity())))
	expect("with a new lease", true)
	now.SetTime(now.Now().Add(leaseDuration - time.Second))
	expect("just before its end", true)
	now.SetTime(now.Now().Add(time.Second))
	expect("at its end", false)
	do(l.Update(t.Context(), record(l.Identity())))
	expect("renewed", true)
	now.SetTime(now.Now().Add(-time.Hour))
	expect("by a clock that was put back", true)
	now.SetTime(now.Now().Round(0).Add(2 * time.Hour)) // no monotonic clock tells
	expect("after the machine was suspended", false)
	do(l.Update(t.Context(), record("")))
	expect("given back", false)
}

// Otherwise two replicas would write to Kestra until the holder has seen that it holds nothing any more.
func TestALeaseThatSomebodyDeletedIsLeftToItsHolder(t *testing.T) {
	w := newWorld(t)
	meta := metav1.ObjectMeta{Namespace: namespace, Name: "kestra-operator.model.kestra.io"}
	if err := w.client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		t.Fatal(err)
	}
	now := testclock.NewFakePassiveClock(time.Now())
	replica := func(clock clock.PassiveClock) *lease {
		l, err := newLease(config.Config{Name: "kestra-operator", Namespace: namespace}, w.plane.Config(), clock)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	take := func(l *lease) error {
		return l.Create(t.Context(), resourcelock.LeaderElectionRecord{HolderIdentity: l.Identity(), LeaseDurationSeconds: 10})
	}
	loseIt := func() {
		if err := w.client.Delete(t.Context(), &coordinationv1.Lease{ObjectMeta: meta}); err != nil {
			t.Fatal(err)
		}
	}
	holder, standby := replica(now), replica(now)
	if _, _, err := holder.Get(t.Context()); !apierrors.IsNotFound(err) {
		t.Fatalf("a lease before there was any: %v", err)
	}
	if err := take(holder); err != nil {
		t.Fatalf("nobody can take the first lease: %v", err)
	}
	for _, l := range []*lease{holder, standby} {
		if _, _, err := l.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	loseIt()
	if err := take(standby); err == nil {
		t.Error("a standby took the lease while its holder believes that it has it")
	}
	if err := take(holder); err != nil {
		t.Errorf("the holder cannot make its lease anew: %v", err)
	}
	loseIt()
	now.SetTime(now.Now().Add(leaseDuration))
	if err := take(standby); err != nil {
		t.Errorf("nobody takes the lease of a holder that is gone: %v", err)
	}
}
