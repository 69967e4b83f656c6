package kestra

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Request is one request as it was answered.
type Request struct {
	Time   time.Time
	Method string
	// Path with its query, still percent-encoded.
	Path string
	// Status that was answered; 0 when the connection was dropped without an answer.
	Status int
}

// IsWrite is true for what would change a Kestra: any POST, PUT or DELETE except validation.
func (r Request) IsWrite() bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodDelete:
		return !r.IsValidate()
	default:
		return false
	}
}

// IsValidate is true for POST /flows/validate.
func (r Request) IsValidate() bool { return strings.HasSuffix(r.pathOnly(), "/flows/validate") }

// IsList is true for a paged list: a search of flows, or a list of key-values or of a directory.
func (r Request) IsList() bool {
	path := r.pathOnly()
	return r.Method == http.MethodGet && (strings.HasSuffix(path, "/flows/search") ||
		strings.HasSuffix(path, "/kv") || strings.HasSuffix(path, "/files/directory"))
}

func (r Request) pathOnly() string {
	path, _, _ := strings.Cut(r.Path, "?")
	return path
}

// requestLog keeps the newest requests and counts all of them.
type requestLog struct {
	mu     sync.Mutex
	limit  int
	ring   []Request
	next   int
	writes int
	total  int
}

func newRequestLog(limit int) *requestLog { return &requestLog{limit: limit} }

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	if r.IsWrite() {
		l.writes++
	}
	if len(l.ring) < l.limit {
		l.ring = append(l.ring, r)
		return
	}
	l.ring[l.next] = r
	l.next = (l.next + 1) % l.limit
}

func (l *requestLog) list() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, 0, len(l.ring))
	requests = append(requests, l.ring[l.next:]...)
	return append(requests, l.ring[:l.next]...)
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next, l.writes, l.total = nil, 0, 0, 0
}

// Requests returns the remembered requests for which every given condition holds, oldest first.
func (s *Server) Requests(where ...func(Request) bool) []Request {
	var found []Request
next:
	for _, r := range s.log.list() {
		for _, holds := range where {
			if !holds(r) {
				continue next
			}
		}
		found = append(found, r)
	}
	return found
}

// Writes returns the remembered requests that would change a Kestra, whatever was answered, oldest first.
func (s *Server) Writes() []Request { return s.Requests(Request.IsWrite) }

// RequestCount is the number of requests since the start or ResetRequests, remembered or not.
func (s *Server) RequestCount() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.total
}

// WriteCount is the number of writes since the start or ResetRequests, remembered or not.
func (s *Server) WriteCount() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.writes
}

// Pending is the number of requests that have come and are not counted yet: what one of them does shows before.
func (s *Server) Pending() int { return int(s.pending.Load()) }

// ResetRequests forgets all requests. Violations stay.
func (s *Server) ResetRequests() { s.log.reset() }
