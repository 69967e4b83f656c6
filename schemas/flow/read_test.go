package flow

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedDir holds flows and recorded verdicts of real servers, beside the repository.
const sharedDir = "../../../shared"

// needShared skips visibly where the recordings are not there, and fails where they have to be.
func needShared(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(sharedDir, "kestra")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the recordings are required in CI: %v", err)
		}
		t.Skipf("no recordings: %v", err)
	}
}

// recorded is one line of a recording.
type recorded struct {
	File, Probe, Source string
	Accepted            bool
	Create              struct{ Message string }
}

// eachRecorded calls do for everything that a server judged.
func eachRecorded(t testing.TB, server string, do func(r recorded)) {
	t.Helper()
	for _, name := range []string{"verdicts", "probes", "slips"} {
		file, err := os.Open(filepath.Join(sharedDir, "kestra", server, name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var r recorded
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			if r.File != "" {
				text, err := os.ReadFile(filepath.Join(sharedDir, "corpus", r.File))
				if err != nil {
					t.Fatal(err)
				}
				r.Source = string(text)
			}
			do(r)
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

var servers = []string{"1.3.25", "2.0.0-SNAPSHOT", "1.3.25-plugins"}

// A flow that a server accepted must be readable, and what its parser refused must not be.
func TestReadAgreesWithServers(t *testing.T) {
	needShared(t)
	for _, server := range servers {
		t.Run(server, func(t *testing.T) {
			var accepted, refused, missed int
			eachRecorded(t, server, func(r recorded) {
				_, findings := read([]byte(r.Source), defaultLimits)
				var errors []Finding
				for _, f := range findings {
					if f.Severity == Error && !strings.HasPrefix(f.Rule, "policy-") {
						errors = append(errors, f)
					}
				}
				switch {
				case r.Accepted:
					accepted++
					if len(errors) > 0 {
						t.Errorf("%s%s is accepted by the server and not readable: %v", r.Probe, r.File, errors)
					}
				case parserRefused(r.Create.Message):
					refused++
					if len(errors) == 0 {
						missed++
						t.Logf("%s%s is refused by the server's parser and was read: %.300q", r.Probe, r.File, r.Create.Message)
					}
				}
			})
			t.Logf("%d accepted, %d refused by the parser, %d of them missed", accepted, refused, missed)
		})
	}
}

// parserRefused tells whether the server's YAML parser refused, rather than what reads its values.
func parserRefused(message string) bool {
	return strings.Contains(message, "in 'reader'") || strings.Contains(message, "special characters") ||
		strings.Contains(message, "Duplicate field")
}
