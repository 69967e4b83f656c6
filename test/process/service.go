package process

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A replica is asked each probePeriod whether it is ready, and left out after probeFailures in a row, as the chart's
// readiness probe says.
const (
	probePeriod   = 2 * time.Second
	probeFailures = 2
)

// service passes connections on to a ready replica, as a Service and its endpoints do.
type service struct {
	listener net.Listener
	replicas []*Replica
	ready    []atomic.Bool
	next     atomic.Uint64
	ctx      context.Context
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// serve passes connections to an address on to replicas until the test ends.
func serve(t testing.TB, address string, replicas []*Replica) {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &service{listener: listener, replicas: replicas, ready: make([]atomic.Bool, len(replicas)), ctx: ctx, conns: map[net.Conn]bool{}}
	for i := range replicas {
		s.serving.Go(func() { s.probe(i) })
	}
	s.serving.Go(s.accept)
	t.Cleanup(func() {
		cancel()
		_ = listener.Close()
		s.mu.Lock()
		for conn := range s.conns {
			_ = conn.Close()
		}
		s.mu.Unlock()
		s.serving.Wait()
	})
}

func (s *service) probe(i int) {
	ticker := time.NewTicker(probePeriod)
	defer ticker.Stop()
	for failures := 0; ; {
		if s.replicas[i].Ready(s.ctx) == nil {
			failures = 0
			s.ready[i].Store(true)
		} else if failures++; failures >= probeFailures {
			s.ready[i].Store(false)
		}
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *service) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serving.Go(func() { s.pass(conn) })
	}
}

// pass joins a connection with one of a replica that is ready. Without one, it ends.
func (s *service) pass(conn net.Conn) {
	if !s.track(conn) {
		return
	}
	defer s.forget(conn)
	backend := s.backend()
	if backend == nil {
		return
	}
	if !s.track(backend) {
		return
	}
	defer s.forget(backend)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{conn, backend}, {backend, conn}} {
		both.Go(func() {
			_, _ = io.Copy(way[1], way[0]) // ends with either
			_ = way[0].Close()
			_ = way[1].Close()
		})
	}
	both.Wait()
}

func (s *service) backend() net.Conn {
	for range s.replicas {
		i := int(s.next.Add(1)) % len(s.replicas)
		if !s.ready[i].Load() {
			continue
		}
		var dialer net.Dialer
		if conn, err := dialer.DialContext(s.ctx, "tcp", s.replicas[i].webhook); err == nil {
			return conn
		}
	}
	return nil
}

// track remembers a connection, to be closed at the end. It closes one that comes after that.
func (s *service) track(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		_ = conn.Close()
		return false
	}
	s.conns[conn] = true
	return true
}

func (s *service) forget(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	_ = conn.Close()
}
