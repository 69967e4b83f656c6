package release

import (
	"context"
	"fmt"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

const (
	// defaultLease is how long a lease is good for when it does not say.
	defaultLease = 10 * time.Second
	// leasePoll is how often a lease is looked at for a renewal, which comes every two seconds.
	leasePoll = 200 * time.Millisecond
)

// operatorRuns tells whether any operator is alive, whatever its name. A lease that has a holder is watched for as long as it is
// good for: a renewal is the proof, whatever the clocks say.
func operatorRuns(ctx context.Context, c client.Reader) (bool, error) {
	leases := &coordinationv1.LeaseList{}
	if err := c.List(ctx, leases); err != nil {
		return false, fmt.Errorf("look for a running operator by its lease: %w", err)
	}
	for _, lease := range leases.Items {
		if !strings.HasSuffix(lease.Name, config.LeaseSuffix) {
			continue
		}
		if ptr.Deref(lease.Spec.HolderIdentity, "") == "" {
			continue // given back by an operator that stopped
		}
		if renewed, err := renews(ctx, c, &lease); renewed || err != nil {
			return renewed, err
		}
	}
	return false, nil
}

func renews(ctx context.Context, c client.Reader, seen *coordinationv1.Lease) (bool, error) {
	patience := defaultLease
	if seconds := seen.Spec.LeaseDurationSeconds; seconds != nil {
		patience = time.Duration(*seconds) * time.Second
	}
	err := wait.PollUntilContextTimeout(ctx, leasePoll, patience, true, func(context.Context) (bool, error) {
		now := &coordinationv1.Lease{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(seen), now); err != nil {
			return false, client.IgnoreNotFound(err)
		}
		return !now.Spec.RenewTime.Equal(seen.Spec.RenewTime), nil
	})
	switch {
	case err == nil:
		return true, nil
	case wait.Interrupted(err) && ctx.Err() == nil:
		return false, nil
	}
	return false, fmt.Errorf("watch the lease %s/%s: %w", seen.Namespace, seen.Name, err)
}
