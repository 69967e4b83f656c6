package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// discreet keeps what a panic quotes from controller-runtime, which logs it, counts it and has the object tried again.
type discreet struct{ reconcile.Reconciler }

func (d discreet) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	defer func() {
		if cause := recover(); cause != nil {
			panic(validation.DescribePanic(cause))
		}
	}()
	return d.Reconciler.Reconcile(ctx, request)
}
