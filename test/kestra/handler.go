package kestra

import (
	"bufio"
	"net"
	"net/http"
	"time"
)

// ServeHTTP logs every request, lets faults have their way, and answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.pending.Add(1)
	defer s.pending.Add(-1)
	started := time.Now()
	recorder := &statusRecorder{ResponseWriter: w}
	fault := s.faults.next(r)
	if fault == nil {
		s.route(r).ServeHTTP(recorder, r)
	} else {
		fault.serve(recorder, r, s.route(r))
	}
	entry := Request{Time: s.Clock.Now(), Method: r.Method, Path: r.URL.RequestURI(), Status: recorder.status}
	s.log.add(entry)
	if s.options.Logf != nil {
		s.options.Logf("%s %s %d %s", r.Method, r.URL.RequestURI(), recorder.status,
			time.Since(started).Round(time.Microsecond))
	}
}

// statusRecorder remembers the status that went out; 0 means that the connection was dropped instead.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *statusRecorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Hijack lets a fault drop the connection.
func (r *statusRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap lets a fault flush.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
