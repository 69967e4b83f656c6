package verdict

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/util/cache"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const (
	// DefaultTimeout bounds one question. The API server waits ten seconds for a webhook, and two of them ask.
	DefaultTimeout = 3 * time.Second
	// remembered is how many answers are kept, each a few hundred bytes, and rememberedFor how long a flow
	// counts as taken. A server's plugins may change at any time, so not for long: what matters is the second
	// webhook of the same apply, and the reconciler right after it. A refusal is not remembered: whoever tries
	// again may have installed what was missing.
	remembered    = 1024
	rememberedFor = 30 * time.Second
	// failedFor is how long a failure answers the same question, so that the second webhook of an apply does not
	// wait once more for a server that does not answer.
	failedFor = 2 * time.Second
	// failuresToOpen in a row open the breaker; after openFor one question probes the server again.
	failuresToOpen = 3
	openFor        = 10 * time.Second
)

// ErrAway is what a question gets while the breaker is open.
var ErrAway = errors.New("Kestra did not answer the last questions and is not asked for a few seconds") //nolint:staticcheck // a name

// Server is what the checker asks of Kestra.
type Server interface {
	ValidateFlow(ctx context.Context, tenant string, source []byte) (kestra.Validation, error)
}

// Checker asks a server for its verdict on flows. It is safe for concurrent use.
type Checker struct {
	server  Server
	timeout time.Duration
	answers *cache.LRUExpireCache
	flights singleflight.Group
	breaker *gobreaker.CircuitBreaker[[]flow.Finding]
}

// New returns a checker that waits at most timeout for an answer, DefaultTimeout when it is 0.
func New(server Server, timeout time.Duration) *Checker {
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	return &Checker{
		server:  server,
		timeout: timeout,
		answers: cache.NewLRUExpireCache(remembered),
		breaker: gobreaker.NewCircuitBreaker[[]flow.Finding](gobreaker.Settings{
			Timeout:      openFor,
			ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failuresToOpen },
			IsSuccessful: func(err error) bool { return err == nil || kestra.IsTerminal(err) },
		}),
	}
}

// question is what an answer depends on.
type question struct {
	tenant string
	source [sha256.Size]byte
}

// answer is what came of a question: the server's findings, or why it could not be asked.
type answer struct {
	findings []flow.Finding
	err      error
}

// CheckFlow returns the server's findings on a source, none when it takes the flow. The error says that the
// server could not be asked: it is away, too slow, or refuses the operator's credentials.
func (c *Checker) CheckFlow(ctx context.Context, tenant string, source []byte) ([]flow.Finding, error) {
	return observed(ctx, func(ctx context.Context) ([]flow.Finding, error) { return c.check(ctx, tenant, source) })
}

// check answers from memory, or asks.
func (c *Checker) check(ctx context.Context, tenant string, source []byte) ([]flow.Finding, error) {
	asked := question{tenant: tenant, source: sha256.Sum256(source)}
	if known, ok := c.answers.Get(asked); ok {
		return known.(answer).give()
	}
	// The flight outlives the caller that started it, because others may be waiting for it.
	flight := c.flights.DoChan(tenant+"/"+string(asked.source[:]), func() (any, error) {
		return c.ask(context.WithoutCancel(ctx), asked, source), nil
	})
	select {
	case <-ctx.Done():
		return answer{err: ctx.Err()}.give()
	case result := <-flight:
		return result.Val.(answer).give()
	}
}

// Accepted is true when the server took this very flow a moment ago. Nobody is asked.
func (c *Checker) Accepted(tenant string, source []byte) bool {
	known, ok := c.answers.Get(question{tenant: tenant, source: sha256.Sum256(source)})
	return ok && known.(answer).err == nil
}

func (a answer) give() ([]flow.Finding, error) {
	if a.err != nil {
		return nil, fmt.Errorf("ask Kestra about the flow: %w", a.err)
	}
	return a.findings, nil
}

// ask puts a question to the server, and remembers what comes of it.
func (c *Checker) ask(ctx context.Context, asked question, source []byte) answer {
	findings, err := c.breaker.Execute(func() ([]flow.Finding, error) {
		ctx, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		said, err := c.server.ValidateFlow(ctx, asked.tenant, source)
		if err != nil {
			return nil, err
		}
		return findingsOf(source, said), nil
	})
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return answer{err: ErrAway} // not remembered: the breaker knows when to ask again
	case err != nil:
		c.answers.Add(asked, answer{err: err}, failedFor)
		return answer{err: err}
	}
	if (flow.Report{Findings: findings}).Accepted() {
		c.answers.Add(asked, answer{findings: findings}, rememberedFor)
	}
	return answer{findings: findings}
}

func findingsOf(source []byte, said kestra.Validation) []flow.Finding {
	if !said.Valid() {
		return flow.ServerFindings(source, said.Constraints)
	}
	var findings []flow.Finding
	for _, warning := range said.Warnings {
		findings = append(findings, flow.Finding{Severity: flow.Warning, Rule: "server", Message: warning})
	}
	return findings
}
