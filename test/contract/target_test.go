package contract

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// target is the server that a recording is replayed against.
type target struct {
	url       string
	authorize func(*http.Request)
	// namespace takes the place of the recorded "contract.a".
	namespace string
	// clock, if there is one, is moved instead of waiting.
	clock  *kestra.Clock
	client *http.Client
}

const recordedNamespace = "contract.a"

func newClient() *http.Client {
	return &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

func developmentTarget(t *testing.T, options kestra.Options) *target {
	t.Helper()
	server := kestra.Start(t, options)
	credentials := server.Credentials()
	return &target{
		url:       server.URL(),
		authorize: func(r *http.Request) { r.SetBasicAuth(credentials.Username, credentials.Password) },
		namespace: recordedNamespace,
		clock:     server.Clock,
		client:    newClient(),
	}
}

// realTarget is the server of KESTRA_URL, nil when there is none. It must hold no flows.
func realTarget(t *testing.T) *target {
	t.Helper()
	url := strings.TrimSuffix(os.Getenv("KESTRA_URL"), "/")
	if url == "" {
		return nil
	}
	real := &target{
		url:       url,
		authorize: func(*http.Request) {},
		namespace: "contract." + strings.ToLower(rand.Text()[:8]),
		client:    newClient(),
	}
	if user, password, ok := strings.Cut(os.Getenv("KESTRA_BASIC_AUTH"), ":"); ok {
		real.authorize = func(r *http.Request) { r.SetBasicAuth(user, password) }
	} else if key := os.Getenv("KESTRA_API_KEY"); key != "" {
		real.authorize = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
	}
	var page struct{ Total int }
	real.getJSON(t, "/api/v1/main/flows/search?size=1", &page)
	if page.Total != 0 {
		t.Fatalf("KESTRA_URL: the replay needs a server without flows, this one has %d", page.Total)
	}
	return real
}

// version of the server, to find its recording.
func (s *target) version(t *testing.T) string {
	t.Helper()
	var configs struct{ Version string }
	s.getJSON(t, "/api/v1/configs", &configs)
	return configs.Version
}

func (s *target) getJSON(t *testing.T, path string, into any) {
	t.Helper()
	var e exchange
	e.Request.Method, e.Request.Path = http.MethodGet, path
	e.Request.Headers = map[string]string{"Authorization": recordedCredentials}
	status, _, body := s.send(t, e)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d", path, status)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
}

// recordedCredentials stand in the recordings where the right credentials were.
const recordedCredentials = "Basic <credentials>"

func (s *target) send(t *testing.T, e exchange) (status int, header http.Header, body []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	content := s.translate(e.body(t))
	r, err := http.NewRequestWithContext(ctx, e.Request.Method,
		s.url+string(s.translate([]byte(e.Request.Path))), bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", e.Step, err)
	}
	for name, value := range e.Request.Headers {
		r.Header.Set(name, value)
	}
	if e.Request.Headers["Authorization"] == recordedCredentials {
		s.authorize(r)
	}
	response, err := s.client.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", e.Step, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		t.Fatalf("%s: read the answer: %v", e.Step, err)
	}
	return response.StatusCode, response.Header, body
}

// sendExpired asks for a key-value whose ttl of two seconds ran out, or is about to. The first answer counts: the
// server forgets the value with it.
func (s *target) sendExpired(t *testing.T, e exchange) (status int, header http.Header, body []byte) {
	t.Helper()
	if s.clock != nil {
		s.clock.Advance(3 * time.Second)
		return s.send(t, e)
	}
	deadline, tick := time.After(10*time.Second), time.NewTicker(250*time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if status, header, body = s.send(t, e); status != http.StatusOK {
				return status, header, body
			}
		case <-deadline:
			t.Fatalf("%s: still there after ten seconds", e.Step)
		}
	}
}

// translate moves what was recorded into the namespace of this run, in every form it is written.
func (s *target) translate(text []byte) []byte {
	slashes := func(namespace string) []byte { return bytes.ReplaceAll([]byte(namespace), []byte("."), []byte("/")) }
	text = bytes.ReplaceAll(text, []byte(recordedNamespace), []byte(s.namespace))
	return bytes.ReplaceAll(text, slashes(recordedNamespace), slashes(s.namespace))
}
