package faults

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Proxy passes calls on to a server, and lets one of them meet a fault.
type Proxy struct {
	next     http.Handler
	describe Describe
	address  string
	server   *http.Server
	serving  sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener // nil while connections are refused
	conns    map[net.Conn]http.ConnState
	closed   bool
	armed    bool
	calls    []Call
	seen     map[string]int
	fault    *Fault
	met      bool
	// recovering counts the calls since the fault was met.
	recovering int
	// total counts every call, armed or not; pending those not answered yet, streams apart.
	total, pending int
}

// Fault is the way in which one call fails.
type Fault struct {
	At  Call
	Way Way
	// Before is the call whose answer comes before At; the zero value when At is the first. Only a refused
	// connection needs it, since nobody sees a call that found no connection.
	Before Call
	// Then is a way in which another call fails while the caller recovers from the first; nil for none. It is the one
	// after so many, or the next one that can fail so. It cannot be a refused connection.
	Then  *Way
	After int
}

// Listen starts a proxy on a loopback address of its own, on which a port that was closed cannot be taken by
// someone else's connection. Close ends it.
func Listen(address string, describe Describe, next http.Handler) (*Proxy, error) {
	p := &Proxy{next: next, describe: describe, conns: map[net.Conn]http.ConnState{}, seen: map[string]int{}}
	p.server = &http.Server{
		Handler:   p,
		ConnState: p.noteConnection,
		ErrorLog:  log.New(io.Discard, "", 0), // of broken connections, which are the purpose
	}
	p.address = address + ":0"
	if err := p.Accept(); err != nil {
		return nil, err
	}
	p.address = p.listener.Addr().String()
	return p, nil
}

// URL of the proxy.
func (p *Proxy) URL() string { return "http://" + p.address }

// Close drops every connection and refuses new ones.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.server.Close() // only closes sockets
	p.serving.Wait()
}

// Arm begins to count calls, from none, and sets the fault that one of them shall meet; nil for none.
func (p *Proxy) Arm(fault *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.calls, p.seen, p.fault, p.met, p.recovering = true, nil, map[string]int{}, fault, false, 0
	if fault != nil && fault.Way.refuse && fault.Before.Name == "" {
		p.refuse()
		p.met = true
	}
}

// Calls returns the calls since Arm, in the order they came.
func (p *Proxy) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Total is the number of calls since the start.
func (p *Proxy) Total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// Pending is the number of calls that were not answered yet, streams apart.
func (p *Proxy) Pending() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending
}

// Met is true once the fault has happened.
func (p *Proxy) Met() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.met
}

// Accept ends a refusal of connections.
func (p *Proxy) Accept() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil || p.closed {
		return nil
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		return fmt.Errorf("listen for calls to let fail: %w", err)
	}
	p.listener = listener
	p.serving.Go(func() { _ = p.server.Serve(listener) }) // ends with the listener
	return nil
}

// refuse lets new connections be refused, and closes those on which no call is under way.
func (p *Proxy) refuse() {
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	for conn, state := range p.conns {
		if state == http.StateIdle {
			_ = conn.Close()
		}
	}
}

// outage refuses new connections for a while, and cuts all that are open.
func (p *Proxy) outage(duration time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse()
	for conn := range p.conns {
		_ = conn.Close()
	}
	time.AfterFunc(duration, func() { _ = p.Accept() }) // the port is this proxy's own
}

func (p *Proxy) noteConnection(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(p.conns, conn)
	} else {
		p.conns[conn] = state
	}
}

// ServeHTTP passes a call on, or lets it meet the fault.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call, way, last := p.note(r)
	if !call.Stream {
		defer p.answered()
	}
	if last {
		w.Header().Set("Connection", "close")
	}
	if way == nil {
		p.next.ServeHTTP(w, r)
		return
	}
	way.meet(exchange{w: w, r: r, next: p.next, call: call, proxy: p})
}

// note counts a call and returns the fault it meets. It tells whether this is the last one before connections are
// refused.
func (p *Proxy) note(r *http.Request) (call Call, way *Way, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	call = p.describe(r)
	p.total++
	if !call.Stream {
		p.pending++
	}
	if !p.armed {
		return call, nil, false
	}
	p.seen[call.Name]++
	call.Occurrence = p.seen[call.Name]
	p.calls = append(p.calls, call)
	switch {
	case p.fault == nil:
	case p.met:
		return call, p.noteRecovery(call), false
	case p.fault.Way.refuse && call == p.fault.Before:
		p.refuse()
		p.met = true
		return call, nil, true
	case !p.fault.Way.refuse && call == p.fault.At:
		p.met = true
		return call, &p.fault.Way, false
	}
	return call, nil, false
}

// noteRecovery counts a call that comes after the fault, and returns the way in which it fails; nil for most.
func (p *Proxy) noteRecovery(call Call) *Way {
	then := p.fault.Then
	if then == nil {
		return nil
	}
	p.recovering++
	if p.recovering <= p.fault.After || !then.Applies(call) {
		return nil
	}
	p.fault.Then = nil
	return then
}

func (p *Proxy) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending--
}
