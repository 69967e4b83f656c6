package operator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	coordinationv1 "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/utils/clock"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// The lease of the reconciling replica: another one takes over at most leaseDuration after a crash.
const (
	leaseDuration = 10 * time.Second
	renewDeadline = 7 * time.Second
	retryPeriod   = 2 * time.Second
)

// lease is what the replicas elect the reconciling one by. A lease that somebody deleted is left to its holder, which makes
// it anew within retryPeriod: a standby that took it would reconcile beside the holder until that gives up, and Kestra's API
// has no conditional writes that would keep the two apart.
type lease struct {
	*resourcelock.LeaseLock
	clock clock.PassiveClock
	// held is when another replica was last seen to hold the lease; zero when none was.
	held time.Time
	// renewed is when this replica began to renew the lease for the last time; nil while it does not hold it.
	renewed atomic.Pointer[time.Time]
}

func newLease(c config.Config, access *rest.Config, clock clock.PassiveClock) (*lease, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("set up leader election: %w", err)
	}
	access = rest.AddUserAgent(rest.CopyConfig(access), "leader-election")
	access.Timeout = renewDeadline / 2 // one call that hangs does not cost the lease
	client, err := coordinationv1.NewForConfig(access)
	if err != nil {
		return nil, fmt.Errorf("set up leader election: %w", err)
	}
	return &lease{clock: clock, LeaseLock: &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Namespace: c.Namespace, Name: c.LeaseName()},
		Client:     client,
		LockConfig: resourcelock.ResourceLockConfig{Identity: host + "_" + string(uuid.NewUUID())},
	}}, nil
}

// Get reads the lease, and notes whether another replica holds it.
func (l *lease) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	record, raw, err := l.LeaseLock.Get(ctx)
	if err == nil {
		l.held = time.Time{}
		if holder := record.HolderIdentity; holder != "" && holder != l.Identity() {
			l.held = l.clock.Now()
		}
	}
	return record, raw, err
}

// Create makes a lease that is not there, unless another replica may still believe that it holds it.
func (l *lease) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if left := leaseDuration - l.clock.Since(l.held); left > 0 {
		return fmt.Errorf("the lease was deleted; its holder may make it anew within %s", left.Round(time.Second))
	}
	return l.write(record, func() error { return l.LeaseLock.Create(ctx, record) })
}

// Update renews the lease, takes it, or gives it back.
func (l *lease) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(record, func() error { return l.LeaseLock.Update(ctx, record) })
}

// write sends a record, and notes since when this replica holds the lease by it.
func (l *lease) write(record resourcelock.LeaderElectionRecord, send func() error) error {
	if record.HolderIdentity != l.Identity() {
		l.renewed.Store(nil) // another replica may take what is given back before the answer is here
		return send()
	}
	began := l.clock.Now()
	if err := send(); err != nil {
		return err
	}
	l.renewed.Store(&began)
	return nil
}

// mayWrite returns an error unless no other replica can have taken the lease. A replica that was frozen in the middle of a
// pass goes on before it sees that it does not lead any more; it must not send then what it had begun. Both clocks count:
// the monotonic one stands still while a machine is suspended.
func (l *lease) mayWrite() error {
	renewed := l.renewed.Load()
	if renewed == nil {
		return errors.New("this replica does not hold the lease")
	}
	now := l.clock.Now()
	if ago := max(now.Sub(*renewed), now.Round(0).Sub(renewed.Round(0))); ago >= leaseDuration {
		return fmt.Errorf("another replica may hold the lease, which was renewed %s ago", ago.Round(time.Second))
	}
	return nil
}
