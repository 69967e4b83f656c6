package controllers

import (
	"context"
	"errors"
	"sync/atomic"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// States of the Kestra server, as its callers find it.
const (
	serverOK           = "ok"
	serverUnavailable  = "unavailable"
	serverUnauthorized = "unauthorized"
)

// serverState is what all objects have in common: whether Kestra answers, and takes the operator's credentials.
// Neither is an object's fault, so it is logged once and shown as a metric.
type serverState struct {
	current atomic.Value // a string
}

func (s *serverState) observe(ctx context.Context, err error) {
	state := serverOK
	var p *problem
	if errors.As(err, &p) {
		switch p.reason {
		case v1alpha1.ReasonUnavailable:
			state = serverUnavailable
		case v1alpha1.ReasonUnauthorized:
			state = serverUnauthorized
		case v1alpha1.ReasonValidationError, v1alpha1.ReasonConflict, v1alpha1.ReasonSourceMissing:
			return // Kestra was not called
		}
	} else if err != nil {
		return
	}
	if s.current.Swap(state) == state {
		return
	}
	for _, name := range []string{serverOK, serverUnavailable, serverUnauthorized} {
		value := 0.0
		if name == state {
			value = 1
		}
		serverUp.WithLabelValues(name).Set(value)
	}
	if err == nil {
		log.FromContext(ctx).Info("Kestra answers")
		return
	}
	log.FromContext(ctx).Info("Kestra has a problem", "state", state, "problem", err.Error())
}
