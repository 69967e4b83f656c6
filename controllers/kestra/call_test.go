package kestra

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newTestClient starts a server and returns a client of it, with the config changed as a test needs.
func newTestClient(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	config := Config{URL: server.URL, Username: "admin@kestra.io", Password: "Passw0rd"}
	for _, c := range change {
		c(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// answer writes a status and a JSON body.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

var hello = Target{Tenant: "main", Namespace: "company.team", Name: "hello"}

func TestCredentialsAreSentAsConfigured(t *testing.T) {
	basic := func(user, password string) string {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	cases := map[string]struct {
		change func(*Config)
		want   string
	}{
		"HTTP Basic":              {func(*Config) {}, basic("admin@kestra.io", "Passw0rd")},
		"a token wins over Basic": {func(c *Config) { c.Token = "abc" }, "Bearer abc"},
		"none":                    {func(c *Config) { c.Username, c.Password = "", "" }, ""},
		"from the URL when nothing else is given": {func(c *Config) {
			c.Username, c.Password = "", ""
			c.URL = strings.Replace(c.URL, "http://", "http://u:p@", 1)
		}, basic("u", "p")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got string
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.Header.Get("Authorization")
				answer(w, 200, `{"version":"1.3.25"}`)
			}, tc.change)
			if _, err := client.Server(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got != tc.want {
				t.Errorf("Authorization = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestNoErrorQuotesTheCredentialsInTheURL(t *testing.T) {
	for _, raw := range []string{
		"http://user:S3cret@127.0.0.1:1", "http://user:S3cret@host\x7f", "ftp://user:S3cret@host",
		"http://user:S3cret@", "http://user:S3cret@host?x",
	} {
		client, err := New(Config{URL: raw})
		if err == nil {
			t.Cleanup(client.Close)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, err = client.Server(ctx)
		}
		if err == nil || strings.Contains(err.Error(), "S3cret") || strings.Contains(err.Error(), "user") {
			t.Errorf("%q: error = %v, want one without the credentials", url.QueryEscape(raw), err)
		}
	}
}

func TestReadsAreSentAgainWhereThatHelps(t *testing.T) {
	cases := map[string]struct {
		status    int
		header    string
		body      string
		wantCalls int32
	}{
		"unavailable":                  {503, "", "", 3},
		"server error":                 {500, "", "", 3},
		"too many, for a moment":       {429, "0", "", throttledTries},
		"too many, for a long time":    {429, "60", "", 1},
		"not found":                    {404, "", notFound, 1},
		"credentials refused":          {401, "", "", 1},
		"a login page instead of JSON": {200, "", "<html>", 3},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				if tc.header != "" {
					w.Header().Set("Retry-After", tc.header)
				}
				answer(w, tc.status, tc.body)
			})
			if _, err := client.Flow(t.Context(), hello); err == nil {
				t.Error("no error")
			}
			if got := calls.Load(); got != tc.wantCalls {
				t.Errorf("%d calls, want %d", got, tc.wantCalls)
			}
		})
	}
}

func TestAReadRecoversFromAConnectionThatBreaks(t *testing.T) {
	var calls atomic.Int32
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":`)
			panic(http.ErrAbortHandler)
		}
		answer(w, 200, `{"id":"hello","namespace":"company.team","revision":4}`)
	})
	flow, err := client.Flow(t.Context(), hello)
	if err != nil || flow.Revision != 4 {
		t.Errorf("flow = %+v, error = %v, want revision 4", flow, err)
	}
}

func TestAWriteIsSentOnce(t *testing.T) {
	var calls atomic.Int32
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		answer(w, 503, "")
	})
	_, createErr := client.CreateFlow(t.Context(), hello, []byte("id: hello"))
	putErr := client.PutKeyValue(t.Context(), hello, []byte(`"x"`), KeyValueOptions{})
	postErr := client.PutFile(t.Context(), hello, []byte("x"))
	if createErr == nil || putErr == nil || postErr == nil {
		t.Error("a failed write returned no error")
	}
	if got := calls.Load(); got != 3 {
		t.Errorf("%d calls, want one for each write", got)
	}
}

func TestOnlyWhatChangesNothingIsSentByWhoMayNotChange(t *testing.T) {
	var sent []string
	refusal := errors.New("somebody else leads")
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Method+" "+r.URL.Path)
		if r.Method == http.MethodGet {
			answer(w, 200, `{"type":"NUMBER","value":1}`)
			return
		}
		answer(w, 200, `[{}]`)
	}, func(c *Config) { c.MayChange = func() error { return refusal } })
	put := client.PutKeyValue(t.Context(), hello, []byte("1"), KeyValueOptions{})
	for what, err := range map[string]error{"a write": put, "a deletion": client.DeleteKeyValue(t.Context(), hello)} {
		if known := new(Error); !errors.Is(err, refusal) || errors.As(err, &known) {
			t.Errorf("%s: %v, want what refused it, and nothing that is Kestra's", what, err)
		}
	}
	if _, err := client.ValidateFlow(t.Context(), "main", []byte("id: hello")); err != nil {
		t.Error(err)
	}
	if _, err := client.KeyValue(t.Context(), hello); err != nil {
		t.Error(err)
	}
	want := []string{"POST /api/v1/main/flows/validate", "GET /api/v1/main/namespaces/company.team/kv/hello"}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

func TestAWriteThatSomeoneElseAnswersHasFailed(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>Sign in</html>")
	})
	if client.PutKeyValue(t.Context(), hello, []byte(`"x"`), KeyValueOptions{}) == nil ||
		client.PutFile(t.Context(), hello, []byte("x")) == nil || client.DeleteFlow(t.Context(), hello) == nil {
		t.Error("a login page counts as success")
	}
}

func TestAServerThatNeverAnswersEndsWithTheTimeout(t *testing.T) {
	done := make(chan struct{})
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}, func(c *Config) { c.Timeout = 20 * time.Millisecond })
	t.Cleanup(func() { close(done) })
	_, err := client.CreateFlow(t.Context(), hello, []byte("id: hello"))
	if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
		t.Errorf("error = %v, want a deadline", err)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	t.Run("an answer that is too long", func(t *testing.T) {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			chunk := strings.Repeat(" ", 1<<20)
			for range 17 {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := client.once(ctx, call{method: "GET", what: "x", read: readJSON(&struct{}{}, maxResponseBody)})
		if err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("error = %v, want one that names the bound", err)
		}
	})
	t.Run("a request that is too long is not sent", func(t *testing.T) {
		client := newTestClient(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
		if _, err := client.CreateFlow(t.Context(), hello, make([]byte, maxRequestBody+1)); err == nil {
			t.Error("no error")
		}
	})
	t.Run("headers that are too long", func(t *testing.T) {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*maxResponseHeader))
			answer(w, 200, "{}")
		})
		if _, err := client.Server(t.Context()); err == nil {
			t.Error("no error")
		}
	})
	t.Run("a schema that is too long", func(t *testing.T) {
		reader := &boundedReader{source: strings.NewReader("abcdef"), left: 4}
		if data, err := io.ReadAll(reader); err == nil || len(data) != 4 {
			t.Errorf("read %d bytes, error = %v, want 4 and an error", len(data), err)
		}
	})
}

func TestThePathOfTheURLIsKept(t *testing.T) {
	for _, suffix := range []string{"/kestra", "/kestra/", "/kestra/api/v1", "/kestra/api/v1/"} {
		t.Run(suffix, func(t *testing.T) {
			var got string
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.URL.Path
				answer(w, 200, `{}`)
			}, func(c *Config) { c.URL += suffix })
			if _, err := client.Server(t.Context()); err != nil {
				t.Fatal(err)
			}
			if want := "/kestra/api/v1/configs"; got != want {
				t.Errorf("path = %q, want %q", got, want)
			}
		})
	}
}
