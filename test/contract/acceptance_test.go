package contract

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// verdict is a recorded flow and whether the server created it.
type verdict struct {
	File   string `json:"file"`
	Source string `json:"source"`
	Create struct {
		Status int `json:"status"`
	} `json:"create"`
}

// The judge aside, the development server must be able to read, name and store whatever a real server stored.
func TestTheServerItselfRefusesNoFlowThatARealServerCreated(t *testing.T) {
	for _, version := range versions {
		for _, file := range []string{"probes.jsonl", "slips.jsonl", "verdicts.jsonl"} {
			t.Run(version+"/"+file, func(t *testing.T) {
				created := 0
				for _, v := range verdicts(t, recordings.Path(t, "kestra", version, file)) {
					if v.Create.Status != http.StatusOK {
						continue
					}
					created++
					if status, body := create(version, v.Source); status != http.StatusOK {
						t.Errorf("%s: status %d: %s\n%.300s", v.File, status, body, v.Source)
					}
				}
				if created == 0 {
					t.Error("no flow was created when this was recorded")
				}
				t.Logf("%d flows", created)
			})
		}
	}
}

// create posts a flow to an empty server that takes everything it can read.
func create(version, source string) (status int, body string) {
	server := kestra.NewServer(kestra.Options{Version: version, Judge: kestra.AcceptAll})
	r := httptest.NewRequest(http.MethodPost, "/api/v1/main/flows", strings.NewReader(source))
	r.Header.Set("Content-Type", "application/x-yaml")
	r.SetBasicAuth(server.Credentials().Username, server.Credentials().Password)
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func verdicts(t *testing.T, file string) []verdict {
	t.Helper()
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	lines := bufio.NewScanner(opened)
	lines.Buffer(nil, 16<<20)
	var all []verdict
	for lines.Scan() {
		var v verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
		if v.File != "" {
			source, err := os.ReadFile(recordings.Path(t, "corpus", v.File))
			if err != nil {
				t.Fatal(err)
			}
			v.Source = string(source)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	return all
}
