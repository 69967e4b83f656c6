package kestra

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Flow is one revision of a flow.
type Flow struct {
	Tenant    string
	Namespace string
	ID        string
	Revision  int
	// Source is the text as it was sent, byte for byte.
	Source  string
	Deleted bool
	Updated time.Time

	// document is the source as it was read, once; unread is why it could not be.
	document document
	unread   error
}

type flowKey struct{ tenant, namespace, id string }

// store is the server's whole state.
type store struct {
	mu         sync.Mutex
	now        func() time.Time
	flows      map[flowKey][]Flow // all revisions, oldest first
	sorted     []flowKey          // of flows; nil when one has come since
	keyValues  map[keyValueKey]*KeyValue
	files      map[namespaceKey]*fileTree
	violations []Violation
}

func newStore(now func() time.Time) *store {
	s := &store{now: now}
	s.clear()
	return s
}

func (s *store) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sorted = nil
	s.flows, s.keyValues, s.files = map[flowKey][]Flow{}, map[keyValueKey]*KeyValue{}, map[namespaceKey]*fileTree{}
}

// flow returns the newest revision, unless it is deleted.
func (s *store) flow(key flowKey) (Flow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest(key)
}

func (s *store) newest(key flowKey) (Flow, bool) {
	revisions := s.flows[key]
	if len(revisions) == 0 || revisions[len(revisions)-1].Deleted {
		return Flow{}, false
	}
	return revisions[len(revisions)-1], true
}

func (s *store) revisions(key flowKey) []Flow {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.flows[key])
}

// create stores a flow that does not exist.
func (s *store) create(key flowKey, source string, deleted bool) (Flow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, exists := s.newest(key); exists {
		return Flow{}, false
	}
	return s.append(key, source, deleted), true
}

// update stores a new revision of a flow that exists, unless its text is the same.
func (s *store) update(key flowKey, source string, deleted bool) (flow Flow, changed, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current, exists := s.newest(key)
	if !exists {
		return Flow{}, false, false
	}
	if sameSource(current.Source, source) {
		return current, false, true
	}
	return s.append(key, source, deleted), true, true
}

// delete appends a revision that says so.
func (s *store) delete(key flowKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	current, exists := s.newest(key)
	if exists {
		s.append(key, current.Source, true)
	}
	return exists
}

func (s *store) append(key flowKey, source string, deleted bool) Flow {
	flow := Flow{
		Tenant: key.tenant, Namespace: key.namespace, ID: key.id,
		Revision: len(s.flows[key]) + 1, Source: source, Deleted: deleted, Updated: s.now(),
	}
	flow.document, flow.unread = readDocument([]byte(source))
	if flow.Revision == 1 {
		s.sorted = nil
	}
	s.flows[key] = append(s.flows[key], flow)
	return flow
}

// list returns the newest revisions of all flows of a tenant that exist, by namespace and id.
func (s *store) list(tenant string) []Flow {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sorted == nil { // sorting a hundred thousand anew for each page takes longer than all else
		s.sorted = slices.SortedFunc(maps.Keys(s.flows), func(a, b flowKey) int {
			return cmp.Or(strings.Compare(a.namespace, b.namespace), strings.Compare(a.id, b.id))
		})
	}
	var flows []Flow
	for _, key := range s.sorted {
		if flow, exists := s.newest(key); exists && key.tenant == tenant {
			flows = append(flows, flow)
		}
	}
	return flows
}

var revisionLine = regexp.MustCompile(`(?m)^revision:.*\r?\n?`)

// sameSource is how the server decides that nothing changed: every byte counts, but not the revision.
func sameSource(a, b string) bool {
	return a == b || revisionLine.ReplaceAllString(a, "") == revisionLine.ReplaceAllString(b, "")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
