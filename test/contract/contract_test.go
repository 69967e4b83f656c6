package contract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// versions are the recorded servers.
var versions = []string{"1.3.25", "2.0.0-SNAPSHOT"}

func TestTheDevelopmentServerAnswersAsRecorded(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			exchanges := recorded(t, version)
			replay(t, version, exchanges, developmentTarget(t, kestra.Options{Version: version}))
		})
	}
}

func TestARealServerAnswersAsRecorded(t *testing.T) {
	server := realTarget(t)
	if server == nil {
		t.Skip("SKIPPED: KESTRA_URL is not set")
	}
	running := server.version(t)
	line := func(version string) string { return strings.Join(strings.SplitN(version, ".", 3)[:2], ".") }
	for _, version := range versions {
		if line(version) == line(running) {
			replay(t, version, recorded(t, version), server)
			return
		}
	}
	t.Fatalf("KESTRA_URL: no recording of version %s, only of %v", running, versions)
}

// replay sends what was recorded and fails on every difference that is not in the table.
func replay(t *testing.T, version string, exchanges []exchange, server *target) {
	t.Helper()
	known := knownDifferences[version]
	if len(known) > maxKnownDifferences {
		t.Errorf("%d known differences of %s; the contract bears %d", len(known), version, maxKnownDifferences)
	}
	met := map[string]bool{}
	for _, e := range exchanges {
		send := server.send
		if e.Step == "kv get expired" {
			send = server.sendExpired
		}
		status, header, body := send(t, e)
		if status != e.Response.Status {
			t.Errorf("%s: %s %s: status %d, recorded %d\n%s",
				e.Step, e.Request.Method, e.Request.Path, status, e.Response.Status, body)
			continue
		}
		want := meaningOf(t, e.header, server.translate(e.answer(t)))
		got := meaningOf(t, header.Get, body)
		difference := cmp.Diff(want, got)
		if _, isKnown := known[e.Step]; isKnown {
			met[e.Step] = met[e.Step] || difference != ""
		} else if difference != "" {
			t.Errorf("%s: %s %s (-recorded +answered)\n%s", e.Step, e.Request.Method, e.Request.Path, difference)
		}
	}
	for step, reason := range known {
		if !met[step] {
			t.Errorf("%s: no longer differs; take it out of the table (%s)", step, reason)
		}
	}
	t.Logf("%s: %d exchanges, %d known differences", version, len(exchanges), len(known))
}

func (e exchange) header(name string) string { return e.Response.Headers[name] }

// answer is the recorded body as bytes.
func (e exchange) answer(t *testing.T) []byte {
	t.Helper()
	switch {
	case e.Response.Base64 != "":
		return decodeBase64(t, e.Response.Base64)
	case len(e.Response.JSON) > 0:
		return e.Response.JSON
	default:
		return []byte(e.Response.Text)
	}
}
