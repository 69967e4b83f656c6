package chaos

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

var (
	// duration of the changes and disturbances; the last round ends after it.
	duration = flag.Duration("duration", durationOf("CHAOS_DURATION", 45*time.Second), "how long to disturb (environment: CHAOS_DURATION)")
	// seed is the same in every short run, so that one that fails says something of what changed; make chaos takes others.
	seed = flag.Uint64("seed", numberOf("CHAOS_SEED", 2), "what is done follows from it (environment: CHAOS_SEED)")
	// moveClocks compiles most of the program and of what it imports a second time, once for each version of Go.
	moveClocks = flag.Bool("clocks", os.Getenv("CHAOS_CLOCKS") != "", "let the clocks of the operator's processes jump (environment: CHAOS_CLOCKS, any text)")
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		os.Exit(code)
	}))
}

func durationOf(name string, otherwise time.Duration) time.Duration {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	value, err := time.ParseDuration(text)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	}
	return value
}

func numberOf(name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	}
	return value
}
