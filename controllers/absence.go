package controllers

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/clock"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

const (
	// listLifetime is how long a list may tell that a target is absent, or so many times as long as the list took: a large
	// Kestra's list takes long, and a flow that appears meanwhile is found when creating it fails.
	listLifetime, listLifetimes = 5 * time.Second, 20
	// looksPerPage is how many looks each page of a list must save for the list to be worth it.
	looksPerPage = 20
	// flowsPerPage is about how many flows Kestra lists in one call.
	flowsPerPage = 500
)

// absentFlows knows of many new flows that Kestra does not have them, from one list instead of a look at each.
// While few are new, it knows nothing: lists cost more than looks then.
type absentFlows struct {
	server *kestra.Client
	clock  clock.PassiveClock

	mu      sync.Mutex
	tenants map[string]*flowList
}

// flowList is what one list of a tenant has shown.
type flowList struct {
	mu sync.Mutex
	// began and asked are when the time of this list, or of waiting for it, began, and how many flows were asked
	// for since.
	began time.Time
	asked int
	// pages and took are what the last list has cost.
	pages int
	took  time.Duration
	// present holds the flows of the list by hash, so that a large Kestra takes little memory; two with one hash
	// only lead to a look. It is nil without a list.
	present sets.Set[uint64]
	seed    maphash.Seed
}

func newAbsentFlows(server *kestra.Client, clock clock.PassiveClock) *absentFlows {
	return &absentFlows{server: server, clock: clock, tenants: map[string]*flowList{}}
}

// has is true when Kestra is known not to have had a new flow a while ago. Others wait while one takes the
// list, which is what they would otherwise ask for one by one.
func (a *absentFlows) has(ctx context.Context, target kestra.Target) bool {
	list := a.tenant(target.Tenant)
	list.mu.Lock()
	defer list.mu.Unlock()
	if now := a.clock.Now(); now.Sub(list.began) > list.lifetime() {
		list.present = nil
		if list.asked < list.worth() {
			list.asked = 0
		}
		list.began = now
	}
	list.asked++
	if list.present == nil && list.asked > list.worth() {
		list.asked = 0
		a.take(ctx, list, target.Tenant)
	}
	return list.present != nil && !list.present.Has(maphash.Comparable(list.seed, target))
}

func (a *absentFlows) tenant(name string) *flowList {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.tenants[name]
	if list == nil {
		list = &flowList{seed: maphash.MakeSeed()}
		a.tenants[name] = list
	}
	return list
}

// take reads the list of a tenant. One that fails tells nothing.
func (a *absentFlows) take(ctx context.Context, list *flowList, tenant string) {
	began := a.clock.Now()
	defer func() {
		list.began = a.clock.Now()
		list.took = list.began.Sub(began)
	}()
	present := sets.New[uint64]()
	count := 0
	for line, err := range a.server.Flows(ctx, tenant) {
		if err != nil {
			return
		}
		count++
		present.Insert(maphash.Comparable(list.seed, kestra.Target{Tenant: tenant, Namespace: line.Namespace, Name: line.ID}))
	}
	list.present, list.pages = present, 1+count/flowsPerPage
}

// lifetime is how long the list may be relied on, or another one be waited for.
func (l *flowList) lifetime() time.Duration { return max(listLifetime, listLifetimes*l.took) }

// worth is how many flows must be asked for while a list lasts for another one to be worth it.
func (l *flowList) worth() int { return looksPerPage * max(1, l.pages) }
