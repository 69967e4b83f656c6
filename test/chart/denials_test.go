package chart

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"sync"
	"testing"
)

// denials follow an audit log for what the API server has refused to service accounts for want of a right.
type denials struct {
	path string

	mu     sync.Mutex
	offset int64
	seen   map[denial]bool
}

// denial is one right that somebody lacked.
type denial struct {
	user, verb, resource string // group/resource, and /subresource if any
	namespace            string // empty for the whole cluster
}

// denied are the words of the API server, whose verb is the right's: a server-side apply of what is not there lacks the
// right to create, and is logged as a patch.
var denied = regexp.MustCompile(`cannot (\w+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?`)

// has is true once the API server has written down a denial.
func (d *denials) has(t *testing.T, wanted denial) bool {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	file, err := os.Open(d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	fresh, err := io.ReadAll(io.NewSectionReader(file, d.offset, 1<<40))
	if err != nil {
		t.Fatal(err)
	}
	fresh = fresh[:bytes.LastIndexByte(fresh, '\n')+1] // the last line is being written
	d.offset += int64(len(fresh))
	for line := range bytes.Lines(fresh) {
		d.note(t, line)
	}
	return d.seen[wanted]
}

func (d *denials) note(t *testing.T, line []byte) {
	t.Helper()
	var event struct {
		User           struct{ Username string }
		ResponseStatus struct {
			Code    int
			Message string
		}
	}
	if err := json.Unmarshal(line, &event); err != nil {
		t.Fatal(err)
	}
	if event.ResponseStatus.Code != http.StatusForbidden {
		return
	}
	if words := denied.FindStringSubmatch(event.ResponseStatus.Message); words != nil {
		d.seen[denial{event.User.Username, words[1], words[3] + "/" + words[2], words[4]}] = true
	}
}
