package controllers

import (
	"context"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// bodyLevel is the verbosity from which the client of the API server logs whole bodies, Secrets and values included.
const bodyLevel = 8

// withoutBodies returns a context under which no body is logged, whatever the verbosity.
func withoutBodies(ctx context.Context) context.Context {
	logger := log.FromContext(ctx)
	return log.IntoContext(ctx, logger.WithSink(bodiless{logger.GetSink()}))
}

// bodiless is a sink that takes nothing as verbose as a body.
type bodiless struct{ logr.LogSink }

func (b bodiless) Enabled(level int) bool { return level < bodyLevel && b.LogSink.Enabled(level) }

func (b bodiless) WithValues(values ...any) logr.LogSink {
	return bodiless{b.LogSink.WithValues(values...)}
}

func (b bodiless) WithName(name string) logr.LogSink { return bodiless{b.LogSink.WithName(name)} }
