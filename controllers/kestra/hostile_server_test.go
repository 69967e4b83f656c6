package kestra

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// A redirect would carry credentials, or a flow, to wherever it leads.
func TestARedirectIsAnErrorAndNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for method, do := range map[string]func(*testing.T, *Client) error{
			"GET": func(t *testing.T, c *Client) error { _, err := c.Flow(t.Context(), hello); return err },
			"POST": func(t *testing.T, c *Client) error {
				_, err := c.CreateFlow(t.Context(), hello, []byte("id: x"))
				return err
			},
			"PUT": func(t *testing.T, c *Client) error {
				return c.PutKeyValue(t.Context(), hello, []byte("1"), KeyValueOptions{})
			},
			"DELETE": func(t *testing.T, c *Client) error { return c.DeleteFlow(t.Context(), hello) },
		} {
			t.Run(fmt.Sprint(method, " ", status), func(t *testing.T) {
				var reached atomic.Bool
				other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
				t.Cleanup(other.Close)
				client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, other.URL+"/login?token=S3cret", status)
				})
				err := do(t, client)
				if err == nil || !strings.Contains(err.Error(), fmt.Sprint(status)) || strings.Contains(err.Error(), "S3cret") {
					t.Errorf("error = %v, want one that names the redirect and does not quote it", err)
				}
				if reached.Load() {
					t.Error("the redirect was followed")
				}
			})
		}
	}
}

// A schema is read as a stream: what is too long is neither kept nor asked for again.
func TestASchemaOf200MBIsRefused(t *testing.T) {
	const size = 200 << 20
	var calls atomic.Int32
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for sent := 0; sent < size; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	before := allocated()
	var read int64
	err := client.ReadFlowSchema(t.Context(), func(schema io.Reader) (err error) {
		read, err = io.Copy(io.Discard, schema)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "longer than") || read != MaxSchema {
		t.Errorf("error = %v after %d bytes, want one that names the bound after %d", err, read, MaxSchema)
	}
	if calls.Load() != 1 {
		t.Errorf("asked %d times, want once", calls.Load())
	}
	if used := allocated() - before; used > 16<<20 {
		t.Errorf("%d MiB were allocated to refuse it", used>>20)
	}
}

// allocated is how much memory this process has allocated in all its life, in bytes.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// An answer of any kind costs memory in proportion to its bound, not to what the server sends.
func TestAnEndlessAnswerCostsNoMoreThanItsBound(t *testing.T) {
	endless := func(start string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, err := io.WriteString(w, start)
			for chunk := strings.Repeat("a", 64<<10); err == nil; {
				_, err = io.WriteString(w, chunk)
			}
		}
	}
	reader := func(limit int64) call {
		return call{method: http.MethodPut, what: "x", read: readJSON(&struct{}{}, limit)}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		do      func(*testing.T, *Client) error
		bound   uint64 // of what is kept of the answer
	}{
		"an error":  {endless(`{"message":"`, 500), func(t *testing.T, c *Client) error { return c.once(t.Context(), reader(maxResponseBody)) }, maxErrorBody},
		"an object": {endless(`{"message":"`, 200), func(t *testing.T, c *Client) error { return c.once(t.Context(), reader(maxResponseBody)) }, maxResponseBody},
		"an answer that should be empty": {endless("", 200), func(t *testing.T, c *Client) error {
			return c.PutKeyValue(t.Context(), hello, []byte("1"), KeyValueOptions{})
		}, maxErrorBody},
	} {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, test.handler)
			before := allocated()
			if err := test.do(t, client); err == nil {
				t.Error("it was taken")
			}
			// A buffer that doubles until it is large enough was allocated about four times.
			if used := allocated() - before; used > 6*test.bound+4<<20 {
				t.Errorf("%d MiB were allocated for at most %d MiB", used>>20, test.bound>>20)
			}
		})
	}
}

// The environment's proxy is read once in a process, so each case is a process of its own: this test again.
func TestTheProxyOfTheEnvironmentIsUsedAndItsCredentialsAreNotQuoted(t *testing.T) {
	if address := os.Getenv("TEST_ADDRESS"); address != "" {
		callThroughProxy(t, address)
		return
	}
	var asked atomic.Value
	through := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Host)
		answer(w, 200, `{"version":"1.3.25"}`)
	}))
	t.Cleanup(through.Close)
	for name, test := range map[string]struct{ proxy, want string }{
		"a proxy":               {through.URL, "version 1.3.25"},
		"one that is not there": {"http://user:S3cret@127.0.0.1:1", "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTheProxyOfTheEnvironmentIsUsedAndItsCredentialsAreNotQuoted$", "-test.v")
			command.Env = append(os.Environ(), "TEST_ADDRESS=http://kestra.example", "HTTP_PROXY="+test.proxy, "NO_PROXY=")
			output, _ := command.CombinedOutput() // its failure is what it prints
			if !strings.Contains(string(output), test.want) || strings.Contains(string(output), "S3cret") {
				t.Errorf("want %q and no credentials:\n%s", test.want, output)
			}
		})
	}
	if asked.Load() != "kestra.example" {
		t.Errorf("the proxy was asked for %v", asked.Load())
	}
}

func callThroughProxy(t *testing.T, url string) {
	t.Helper()
	client, err := New(Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	var told struct{ Version string }
	err = client.once(t.Context(), call{method: "GET", path: []string{"configs"}, what: "x", read: readJSON(&told, 1<<20)})
	t.Logf("version %s, error %v", told.Version, err)
}
