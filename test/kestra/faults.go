package kestra

import (
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Fault is what happens to a request instead of, or besides, its answer. Combine fields freely.
type Fault struct {
	// Status, Header and Body replace the answer; the zero Status with Delay alone answers as usual, late.
	Status int
	Header http.Header
	Body   string
	// Carried lets the request take effect first, so that the caller is told wrongly.
	Carried bool
	// Drop closes the connection without an answer.
	Drop bool
	// Hang answers nothing until the caller gives up or the server closes.
	Hang bool
	// Delay before anything else.
	Delay time.Duration
}

// Matcher picks requests.
type Matcher func(*http.Request) bool

// Every matches all requests.
func Every(*http.Request) bool { return true }

// Call matches a method ("" for any) and a part of the path without its query ("" for any).
func Call(method, pathPart string) Matcher {
	return func(r *http.Request) bool {
		return (method == "" || r.Method == method) && strings.Contains(r.URL.Path, pathPart)
	}
}

// WriteCall matches what would change a Kestra.
func WriteCall(r *http.Request) bool {
	return Request{Method: r.Method, Path: r.URL.RequestURI()}.IsWrite()
}

// Nth matches only the n-th request, counted from 1, that m matches.
func Nth(n int, m Matcher) Matcher {
	seen := 0
	var mu sync.Mutex
	return func(r *http.Request) bool {
		if !m(r) {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		seen++
		return seen == n
	}
}

// Always as the times of Fail never runs out.
const Always = math.MaxInt

type faultRule struct {
	match Matcher
	fault Fault
	left  int
}

type faults struct {
	mu      sync.Mutex
	rules   []*faultRule
	down    bool
	latency time.Duration
	limiter *rate.Limiter
}

// Fail lets the next times requests that match meet the fault. Rules are tried in the order they were made.
func (s *Server) Fail(match Matcher, fault Fault, times int) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = append(s.faults.rules, &faultRule{match: match, fault: fault, left: times})
}

// Heal ends all faults, latency and limits, and being down.
func (s *Server) Heal() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules, s.faults.down, s.faults.latency, s.faults.limiter = nil, false, 0, nil
}

// SetDown drops every connection without an answer, as if the server were gone, until it is unset.
func (s *Server) SetDown(down bool) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.down = down
}

// SetLatency delays every answer.
func (s *Server) SetLatency(latency time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.latency = latency
}

// SetRateLimit answers 429 with a Retry-After of one second to calls beyond so many a second; 0 is no limit.
func (s *Server) SetRateLimit(perSecond float64) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.limiter = nil
	if perSecond > 0 {
		s.faults.limiter = rate.NewLimiter(rate.Limit(perSecond), int(math.Ceil(perSecond)))
	}
}

// next returns what a request meets, or nil.
func (f *faults) next(r *http.Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return &Fault{Drop: true}
	}
	for _, rule := range f.rules {
		if rule.left > 0 && rule.match(r) {
			if rule.left != Always {
				rule.left--
			}
			fault := rule.fault
			fault.Delay += f.latency
			return &fault
		}
	}
	if f.limiter != nil && !f.limiter.Allow() {
		return &Fault{
			Status: http.StatusTooManyRequests,
			Header: http.Header{"Retry-After": {strconv.Itoa(1)}},
			Delay:  f.latency,
		}
	}
	if f.latency > 0 {
		return &Fault{Delay: f.latency}
	}
	return nil
}

func (f *Fault) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if f.Delay > 0 && !wait(r, f.Delay) {
		return
	}
	if f.Carried {
		next.ServeHTTP(httptest.NewRecorder(), r)
	}
	switch {
	case f.Hang:
		// The server notices a caller that hung up only once the request's body was read.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	case f.Drop:
		drop(w)
	case f.Status != 0:
		reply := answer{status: f.Status, header: f.Header, body: []byte(f.Body)}
		reply.writeTo(w)
	case !f.Carried:
		next.ServeHTTP(w, r)
	}
}

// wait sleeps unless the caller goes first.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// drop resets the connection.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		// No lingering: the caller sees a reset, not an orderly end.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
