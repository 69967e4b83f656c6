package catalog

import (
	"sync"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// Holder hands out the catalog in force. It is safe for concurrent use.
type Holder struct {
	mu        sync.RWMutex
	current   *flow.Catalog
	listeners []chan<- struct{}
}

// NewHolder returns a holder of the catalog to judge by until a better one is known.
func NewHolder(initial *flow.Catalog) *Holder {
	tellOf(initial)
	return &Holder{current: initial}
}

// Current returns the catalog in force.
func (h *Holder) Current() *flow.Catalog {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.current
}

// Changes returns a channel that holds a signal after the catalog has changed. Several changes in a row may be
// one signal.
func (h *Holder) Changes() <-chan struct{} {
	changes := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners = append(h.listeners, changes)
	return changes
}

// set puts a catalog in force and returns false when it judges like the one before.
func (h *Holder) set(next *flow.Catalog) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != nil && h.current.Key() == next.Key() {
		return false
	}
	h.current = next
	tellOf(next)
	for _, listener := range h.listeners {
		select {
		case listener <- struct{}{}:
		default: // a signal is waiting already
		}
	}
	return true
}
