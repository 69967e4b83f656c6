package faults

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// hugeBody is how much an endless answer has to offer, in bytes.
const hugeBody = 2 << 30

// Way is one way in which a call fails.
type Way struct {
	Name string
	// Carried is true when the request takes effect although its caller is not told so.
	Carried bool

	meet   func(exchange)
	refuse bool
	// of writes and streams: whether it is a way in which those can fail.
	onlyWrites, notStreams bool
}

// Applies tells whether a call can fail in this way.
func (w Way) Applies(call Call) bool {
	return (call.Write || !w.onlyWrites) && (!call.Stream || !w.notStreams)
}

// Refuses is true for a way that no call can meet, since it finds no connection.
func (w Way) Refuses() bool { return w.refuse }

// String returns the name.
func (w Way) String() string { return w.Name }

// exchange is one call that meets a fault.
type exchange struct {
	w     http.ResponseWriter
	r     *http.Request
	next  http.Handler
	call  Call
	proxy *Proxy
}

// carry has the server carry the call out, and keeps its answer.
func (e exchange) carry() *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	e.next.ServeHTTP(answer, e.r)
	return answer
}

// reset ends the connection the hard way.
func (e exchange) reset() {
	conn, _, err := http.NewResponseController(e.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, not an orderly end
	}
	_ = conn.Close()
}

// await waits until the caller has hung up or the time has passed.
func (e exchange) await(timeout time.Duration) {
	_, _ = io.Copy(io.Discard, e.r.Body) // a server sees that a caller hung up only after it read the body
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-e.r.Context().Done():
	case <-timer.C:
	}
}

// answer sends an answer that is not the server's.
func (e exchange) answer(status int, contentType, body string, header ...string) {
	_, _ = io.Copy(io.Discard, e.r.Body)
	for i := 0; i+1 < len(header); i += 2 {
		e.w.Header().Set(header[i], header[i+1])
	}
	if contentType != "" {
		e.w.Header().Set("Content-Type", contentType)
	}
	e.w.WriteHeader(status)
	_, _ = io.WriteString(e.w, body)
}

// begin sends the status and headers of an answer, for a body of so many bytes.
func (e exchange) begin(answer *httptest.ResponseRecorder, length int) {
	for name, values := range answer.Header() {
		e.w.Header()[name] = values
	}
	e.w.Header().Set("Content-Length", strconv.Itoa(length))
	e.w.WriteHeader(answer.Code)
}

// Refused lets the call find nobody who listens, until the proxy accepts again.
func Refused() Way { return Way{Name: "refused", refuse: true} }

// Outage is a server that goes away, with all its connections, and comes back after a while.
func Outage(duration time.Duration) Way {
	return Way{Name: "outage", meet: func(e exchange) {
		e.proxy.outage(duration)
		panic(http.ErrAbortHandler)
	}}
}

// ResetBefore resets the connection instead of passing the call on.
func ResetBefore() Way { return Way{Name: "reset before", meet: exchange.reset} }

// ResetAfter resets the connection instead of answering.
func ResetAfter() Way {
	return Way{Name: "reset after", Carried: true, notStreams: true, meet: func(e exchange) {
		e.carry()
		e.reset()
	}}
}

// SilentBefore takes the call and says nothing until the caller gives up, or the time has passed.
func SilentBefore(timeout time.Duration) Way {
	return Way{Name: "silent before", meet: func(e exchange) {
		e.await(timeout)
		e.reset()
	}}
}

// SilentAfter is SilentBefore of a call that was carried out.
func SilentAfter(timeout time.Duration) Way {
	return Way{Name: "silent after", Carried: true, notStreams: true, meet: func(e exchange) {
		e.carry()
		e.await(timeout)
		e.reset()
	}}
}

// Crash has the call carried out, then kills the caller, who never learns of the answer.
func Crash(kill func()) Way {
	return Way{Name: "crash", Carried: true, meet: func(e exchange) {
		if !e.call.Stream {
			e.carry()
		}
		kill()
		panic(http.ErrAbortHandler)
	}}
}

// Answer answers instead of the server.
func Answer(name string, status int, contentType, body string, header ...string) Way {
	return Way{Name: name, meet: func(e exchange) { e.answer(status, contentType, body, header...) }}
}

// AnswerAfter has the call carried out and answers otherwise.
func AnswerAfter(name string, status int, contentType, body string) Way {
	return Way{Name: name, Carried: true, notStreams: true, meet: func(e exchange) {
		e.carry()
		e.answer(status, contentType, body)
	}}
}

// Truncated ends the connection in the middle of the answer.
func Truncated() Way {
	return Way{Name: "truncated", Carried: true, meet: func(e exchange) {
		if e.call.Stream {
			e.next.ServeHTTP(&cutWriter{ResponseWriter: e.w}, e.r)
			panic(http.ErrAbortHandler)
		}
		answer := e.carry()
		body := answer.Body.Bytes()
		e.begin(answer, len(body)+1)
		_, _ = e.w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	}}
}

// cutWriter lets the first half of what is written through, and fails.
type cutWriter struct {
	http.ResponseWriter
	cut bool
}

func (c *cutWriter) Write(data []byte) (int, error) {
	if c.cut {
		return 0, errors.New("the answer was cut")
	}
	c.cut = true
	n, _ := c.ResponseWriter.Write(data[:len(data)/2])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	return n, errors.New("the answer was cut")
}

// Unwrap lets a response controller flush what passes.
func (c *cutWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// Slow sends the answer byte by byte, and would need longer than the timeout for it: the caller gives up first, or
// gets a reset.
func Slow(timeout time.Duration) Way {
	return Way{Name: "slow", Carried: true, notStreams: true, meet: func(e exchange) {
		const steps = 50
		answer := e.carry()
		body := answer.Body.Bytes()
		e.begin(answer, len(body)+2*steps)
		for i := range steps {
			next := []byte(" ")
			if i < len(body) {
				next = body[i : i+1]
			}
			if _, err := e.w.Write(next); err != nil {
				return
			}
			_ = http.NewResponseController(e.w).Flush()
			e.await(timeout / steps)
			if e.r.Context().Err() != nil {
				return
			}
		}
		panic(http.ErrAbortHandler)
	}}
}

// Huge answers with far more than anybody can want, as one JSON text.
func Huge(size int) Way {
	return Way{Name: "huge", meet: func(e exchange) {
		_, _ = io.Copy(io.Discard, e.r.Body)
		e.w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(e.w, `{"message":"`)
		chunk := make([]byte, 64<<10)
		for i := range chunk {
			chunk[i] = 'a'
		}
		for sent := 0; sent < size; sent += len(chunk) {
			if _, err := e.w.Write(chunk); err != nil {
				return
			}
		}
	}}
}
