package e2e

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// maxClusters is how many tests run side by side, each on a cluster. They wait more than they work.
const maxClusters = 2

// clusters are those of all tests.
var clusters = pool{slots: make(chan struct{}, maxClusters)}

// pool lends clusters, which it starts when they are needed.
type pool struct {
	slots chan struct{} // one taken for each cluster that is lent

	mutex sync.Mutex
	idle  []*cluster
	err   error // of the first start that failed; the next would fail too
}

// take waits for a cluster. It must be given back.
func (p *pool) take() (*cluster, error) {
	p.slots <- struct{}{}
	p.mutex.Lock()
	err := p.err
	if n := len(p.idle); err == nil && n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mutex.Unlock()
		return c, nil
	}
	p.mutex.Unlock()
	var c *cluster
	if err == nil {
		began := time.Now()
		c, err = startCluster()
		fmt.Fprintf(os.Stderr, "e2e: a cluster is up after %.1f s\n", time.Since(began).Seconds())
	}
	if err != nil {
		p.mutex.Lock()
		p.err = err
		p.mutex.Unlock()
		<-p.slots
	}
	return c, err
}

// giveBack ends a loan.
func (p *pool) giveBack(c *cluster) {
	p.mutex.Lock()
	p.idle = append(p.idle, c)
	p.mutex.Unlock()
	<-p.slots
}

// stop stops every cluster, when all were given back.
func (p *pool) stop() error {
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.Stop())
	}
	return errors.Join(errs...)
}
