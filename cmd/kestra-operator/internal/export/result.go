package export

import (
	"fmt"
	"sync"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// Result is what an export found.
type Result struct {
	Items []manifest.Item
	// Listed are the things in Kestra that the kustomization will keep: those of Items that are not excluded.
	Listed map[Reference]bool
	// Left are the reasons why something is not in the kustomization.
	Left []error
	// Unlabelled counts the flows that get the label system.readOnly, and with it one new revision, from an
	// operator whose mode is not off.
	Unlabelled int
	// Referring counts the key-values whose value is read from a Secret.
	Referring int
}

// collector gathers a result from several goroutines.
type collector struct {
	mu     sync.Mutex
	result Result
}

func (c *collector) add(kind Kind, target kestra.Target, item manifest.Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Items = append(c.result.Items, item)
	if item.Excluded {
		return
	}
	if c.result.Listed == nil {
		c.result.Listed = map[Reference]bool{}
	}
	c.result.Listed[Reference{kind, target}] = true
}

func (c *collector) leave(kind Kind, target kestra.Target, format string, arguments ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reason := fmt.Errorf(format, arguments...)
	c.result.Left = append(c.result.Left, fmt.Errorf("%s %s: %w", kind, target, reason))
}

func (c *collector) count(counter *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*counter++
}
