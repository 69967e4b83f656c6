package main

import (
	"io"
	"testing"

	"go.uber.org/zap/zapcore"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// The client of the API server logs whole bodies from verbosity 8 on, those of Secrets too.
func TestTheMostDetailedLogShowsNoBodies(t *testing.T) {
	logger := newLogger(config.Config{LogLevel: zapcore.DebugLevel}, io.Discard)
	if !logger.V(1).Enabled() || logger.V(2).Enabled() {
		t.Errorf("verbosity 1 is logged: %t, 2: %t; want no more than 1", logger.V(1).Enabled(), logger.V(2).Enabled())
	}
}
