package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// operators looks at the Deployments.
func (e *examination) operators(ctx context.Context) {
	for _, i := range e.installations {
		wanted, ready := ptr.Deref(i.deployment.Spec.Replicas, 1), i.deployment.Status.ReadyReplicas
		look := fmt.Sprintf("kubectl -n %s describe deployment %s, and the logs of its pods", i.deployment.Namespace, i.deployment.Name)
		trouble := e.trouble(ctx, i.deployment)
		switch {
		case wanted == 0:
			e.add("operator", Failed, fmt.Sprintf("kubectl -n %s scale deployment %s --replicas 2", i.deployment.Namespace, i.deployment.Name), "%s is scaled to nothing", i)
		case ready == 0:
			e.add("operator", Failed, look, "no replica of %s is ready%s", i, trouble)
		case ready < wanted:
			e.add("operator", Warning, look, "%d of %d replicas of %s are ready%s", ready, wanted, i, trouble)
		case trouble != "":
			e.add("operator", Warning, look, "the replicas of %s are ready, and an update of them is not%s", i, trouble)
		case wanted == 1:
			e.add("operator", Warning, "run two replicas: admission waits while a single one is replaced", "%s has one replica, and it is ready", i)
		default:
			e.ok("operator", "%d of %d replicas of %s are ready", ready, wanted, i)
		}
	}
}

// leases looks for the replica that reconciles.
func (e *examination) leases(ctx context.Context) {
	for _, i := range e.installations {
		if !i.config.LeaderElect || i.config.Name == "" {
			continue
		}
		var lease coordinationv1.Lease
		key := client.ObjectKey{Namespace: i.config.Namespace, Name: i.config.LeaseName()}
		err := e.Cluster.Get(ctx, key, &lease)
		holder, renewed := ptr.Deref(lease.Spec.HolderIdentity, ""), lease.Spec.RenewTime
		switch {
		case err != nil && !apierrors.IsNotFound(err):
			e.skip("leader", "the lease "+key.String(), err)
		case err != nil || holder == "" || renewed == nil:
			e.add("leader", Failed, "look at the operator's pods and their logs", "no replica of %s holds the lease %s: nothing is written to Kestra", i, key)
		case e.Now().Sub(renewed.Time) > maxSkew+leaseDuration(&lease):
			e.add("leader", Failed, "look at the operator's pods and their logs", "the lease %s was last renewed at %s: nothing is written to Kestra", key, renewed.UTC().Format("15:04:05Z"))
		default:
			e.ok("leader", "%s reconciles", holder)
		}
	}
}

// leaseDuration is how long a lease is good for.
func leaseDuration(lease *coordinationv1.Lease) time.Duration {
	return time.Duration(ptr.Deref(lease.Spec.LeaseDurationSeconds, 10)) * time.Second
}

// configurations tells what is wrong with how the operator is configured, and what is likely a mistake.
func (e *examination) configurations(context.Context) {
	for _, i := range e.installations {
		next := fmt.Sprintf("correct the values of the release, or the arguments and the environment of the Deployment %s", i)
		if len(i.hidden) > 0 {
			e.add("configuration", Skipped, "ask somebody who may read it", "part of the configuration of %s is in %s, which you may not read", i, strings.Join(i.hidden, ", "))
			continue
		}
		wrong := false
		for _, problem := range leaves(i.problem) {
			if !errors.Is(problem, errNotFromHere) {
				wrong = true
				e.add("configuration", Failed, next, "%v", problem)
			}
		}
		for _, advice := range i.config.Advice() {
			wrong = true
			e.add("configuration", Warning, next, "%s", advice)
		}
		if !wrong {
			e.ok("configuration", "%s keeps %s", i, i.config.Kestra.URL)
		}
	}
}

// leaves takes joined errors apart.
func leaves(err error) []error {
	joined, isJoined := err.(interface{ Unwrap() []error })
	if !isJoined {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var all []error
	for _, part := range joined.Unwrap() {
		all = append(all, leaves(part)...)
	}
	return all
}
