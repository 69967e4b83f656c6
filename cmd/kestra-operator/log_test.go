package main

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"go.uber.org/zap/zapcore"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

// The client of the API server logs whole bodies from verbosity 8 on, those of Secrets too.
func TestTheMostDetailedLogShowsNoBodies(t *testing.T) {
	logger := newLogger(config.Config{LogLevel: zapcore.DebugLevel}, io.Discard)
	if !logger.V(1).Enabled() || logger.V(2).Enabled() {
		t.Errorf("verbosity 1 is logged: %t, 2: %t; want no more than 1", logger.V(1).Enabled(), logger.V(2).Enabled())
	}
}

// Everything that is written for people is escaped for terminals, and so is the log.
func TestALogInJSONStaysJSONWhateverItQuotes(t *testing.T) {
	const quoted = steering + "\u007f\U000e0001\xff"
	var log bytes.Buffer
	newLogger(config.Config{}, terminal.Escaped(&log)).Info(quoted)
	var line struct{ Msg string }
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, log.Bytes())
	}
	if want := steering + "\u007f\U000e0001\ufffd"; line.Msg != want {
		t.Errorf("the log says %q, want %q", line.Msg, want)
	}
}
