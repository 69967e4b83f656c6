package faults_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

// A way that does not fail a call would let every run pass.
func TestEachWayFailsTheCallAndNoOther(t *testing.T) {
	const body = `{"name":"what the server says"}`
	ways := append(faults.KestraWays(longSilence), faults.APIServerWays(longSilence)...)
	for _, way := range ways {
		t.Run(way.Name, func(t *testing.T) {
			t.Parallel()
			var carried atomic.Int32
			server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				carried.Add(1)
				_, _ = io.WriteString(w, body)
			})
			proxy, err := faults.Listen(nextAddress(), faults.KestraCall, server)
			if err != nil {
				t.Fatal(err)
			}
			defer proxy.Close()
			client := &http.Client{
				Transport:     http.DefaultTransport.(*http.Transport).Clone(),
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}
			defer client.CloseIdleConnections()
			call := func(path string) string { return callOnce(t, client, proxy.URL()+"/api/v1/main/"+path) }

			first := faults.Call{Name: "PUT first", Occurrence: 1, Write: true}
			proxy.Arm(&faults.Fault{At: faults.Call{Name: "PUT second", Occurrence: 1, Write: true}, Way: way, Before: first})
			if got := call("first"); got != body {
				t.Fatalf("the call before the fault: %q", got)
			}
			carried.Store(0)
			if got := call("second"); got == body {
				t.Error("the call did not fail")
			}
			if !proxy.Met() || (carried.Load() == 1) != way.Carried {
				t.Errorf("met: %t; carried out %d times, want carried out: %t", proxy.Met(), carried.Load(), way.Carried)
			}
			if err := proxy.Accept(); err != nil {
				t.Fatal(err)
			}
			if got := call("second"); got != body {
				t.Errorf("the same call again: %q", got)
			}
		})
	}
}

// callOnce makes a call with an impatient client, and returns the body of a success. What is longer than a
// reasonable answer is cut.
func callOnce(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func TestAClosedProxyStaysClosed(t *testing.T) {
	proxy, err := faults.Listen(nextAddress(), faults.KestraCall, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	proxy.Close()
	if err := proxy.Accept(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, proxy.URL(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Error("somebody still listens")
	}
}
