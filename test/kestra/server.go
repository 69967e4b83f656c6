package kestra

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a development Kestra. Make one with NewServer; it is an http.Handler, and listens after Listen.
type Server struct {
	// Clock stamps what is stored and decides which key-values have expired.
	Clock *Clock

	options  Options
	dialect  dialect
	judge    atomic.Pointer[Judge]
	store    *store
	schema   flowSchema
	log      *requestLog
	pending  atomic.Int64
	faults   faults
	mux      *http.ServeMux
	listener net.Listener
	http     *http.Server
	done     chan struct{}
	close    sync.Once
}

// NewServer makes a server that does not listen yet. It panics where New returns an error.
func NewServer(options Options) *Server {
	s, err := New(options)
	if err != nil {
		panic(err)
	}
	return s
}

// New makes a server that does not listen yet. An Options.Version that is no version is an error.
func New(options Options) (*Server, error) {
	options = options.withDefaults()
	d, err := dialectOf(options.Version)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Clock:   &Clock{},
		options: options,
		dialect: d,
		log:     newRequestLog(options.RequestLogSize),
	}
	s.store = newStore(s.Clock.Now)
	s.schema.set(options.FlowSchema, options.PluginsHash)
	s.SetJudge(options.Judge)
	s.mux = s.routes()
	return s, nil
}

// TB is the part of testing.TB that Start needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start makes a server that listens on a free port of 127.0.0.1 until the test ends.
func Start(tb TB, options Options) *Server {
	tb.Helper()
	s := NewServer(options)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		tb.Fatalf("start the development Kestra: %v", err)
	}
	tb.Cleanup(s.Close)
	return s
}

// Listen starts serving on an address such as "127.0.0.1:0", in the background, until Close.
func (s *Server) Listen(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", address, err)
	}
	s.listener, s.done = listener, make(chan struct{})
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 30 * time.Second}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) && s.options.Logf != nil {
			s.options.Logf("serve: %v", err)
		}
	}()
	return nil
}

// URL of the server, such as "http://127.0.0.1:41234", without a trailing slash; empty before Listen.
func (s *Server) URL() string {
	if s.listener == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// Close stops listening and drops open connections. What was stored stays readable through the Go methods.
func (s *Server) Close() {
	if s.http == nil {
		return
	}
	s.close.Do(func() {
		_ = s.http.Close()
		<-s.done
	})
}

// SetJudge changes the judge, as an upgrade or other plugins do; nil means JudgeByCheck of the server's version.
func (s *Server) SetJudge(judge Judge) {
	if judge == nil {
		judge = JudgeByCheck(s.options.Version)
	}
	s.judge.Store(&judge)
}

// Version the server claims.
func (s *Server) Version() string { return s.options.Version }

// Credentials that the server takes.
func (s *Server) Credentials() Credentials { return s.options.Credentials }
