package operator

import (
	"context"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"
)

// lookout looks for what is wrong with the installation, and logs what it finds when it first finds it.
type lookout struct {
	name string
	// look returns what is wrong, in words, and when to look again.
	look func(context.Context) (troubles []string, again time.Duration)
	// first is the time until the first look: at the start much is not there yet.
	first time.Duration
	// leader is true when one replica looks for all.
	leader bool
}

// NeedLeaderElection tells the manager on which replicas to look.
func (l *lookout) NeedLeaderElection() bool { return l.leader }

// Start looks until the context ends.
func (l *lookout) Start(ctx context.Context) error {
	logger := log.FromContext(ctx).WithName(l.name)
	timer := time.NewTimer(l.first)
	defer timer.Stop()
	var known []string
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		troubles, again := l.look(ctx)
		for _, trouble := range troubles {
			if !slices.Contains(known, trouble) {
				logger.Error(nil, "Something is wrong with the installation", "trouble", trouble)
			}
		}
		for _, trouble := range known {
			if !slices.Contains(troubles, trouble) {
				logger.Info("Found wrong no more", "trouble", trouble)
			}
		}
		known = troubles
		timer.Reset(again)
	}
}
