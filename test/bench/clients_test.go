package bench

import (
	"context"
	"net"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/kestra-operator/kestra-operator/test/suite"
)

func codecs() runtime.NegotiatedSerializer {
	return serializer.NewCodecFactory(suite.Scheme()).WithoutConversion()
}

// ownConnection is a way to dial that client-go shares with no other client.
func ownConnection() func(context.Context, string, string) (net.Conn, error) {
	return (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext
}

// each runs a number of clients at the same time; one that fails fails the benchmark.
func each(b testing.TB, clients int, run func(client int) error) {
	b.Helper()
	var group errgroup.Group
	for client := range clients {
		group.Go(func() error { return run(client) })
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// quantile returns the q-th quantile of durations, which are sorted by it.
func quantile(durations []time.Duration, q float64) time.Duration {
	slices.Sort(durations)
	return durations[min(len(durations)-1, int(q*float64(len(durations))))]
}

// fromEnvironment returns the number in a variable, or usual without one.
func fromEnvironment(b testing.TB, variable string, usual int) int {
	b.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 {
		b.Fatalf("%s=%q: want a number of 1 or more", variable, text)
	}
	return number
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
