package kestra_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestTheRequestLog(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.call(http.MethodGet, oneFlow, "", "")
	c.call(http.MethodPost, flows+"/validate", yamlType, helloFlow("hello"))
	c.call(http.MethodPost, flows, yamlType, helloFlow("hello"))
	c.call(http.MethodGet, flows+"/search?size=1", "", "")

	var got []string
	for _, r := range c.server.Requests() {
		got = append(got, r.Method+" "+r.Path+" "+strconv.Itoa(r.Status))
	}
	want := []string{
		"GET " + oneFlow + " 404", "POST " + flows + "/validate 200", "POST " + flows + " 200",
		"GET " + flows + "/search?size=1 200",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
	if writes := c.server.Writes(); len(writes) != 1 || writes[0].Path != flows {
		t.Errorf("writes %v", writes)
	}
	if lists := c.server.Requests(kestra.Request.IsList); len(lists) != 1 {
		t.Errorf("lists %v", lists)
	}
	c.server.ResetRequests()
	if c.server.RequestCount() != 0 || len(c.server.Requests()) != 0 {
		t.Error("something is left after a reset")
	}
}

func TestTheRequestLogKeepsTheNewestAndCountsAll(t *testing.T) {
	c := newClient(t, kestra.Options{RequestLogSize: 2})
	for _, id := range []string{"a", "b", "c"} {
		c.call(http.MethodDelete, flows+"/company.team/"+id, "", "")
	}
	var got []string
	for _, r := range c.server.Requests() {
		got = append(got, r.Path)
	}
	if diff := cmp.Diff([]string{flows + "/company.team/b", flows + "/company.team/c"}, got); diff != "" {
		t.Errorf("remembered (-want +got)\n%s", diff)
	}
	if c.server.WriteCount() != 3 {
		t.Errorf("%d writes, want 3", c.server.WriteCount())
	}
}

func TestManyCallersAtOnceLoseNothing(t *testing.T) {
	const callers, flowsEach = 8, 10
	c := newClient(t, kestra.Options{Judge: kestra.AcceptAll})
	var running sync.WaitGroup
	for caller := range callers {
		running.Go(func() {
			for i := range flowsEach {
				id := "f" + strconv.Itoa(caller) + "-" + strconv.Itoa(i)
				if answer, err := c.try(http.MethodPost, flows, yamlType, []byte(helloFlow(id))); err != nil || answer.status != 200 {
					t.Errorf("create %s: %d %v", id, answer.status, err)
				}
			}
		})
	}
	running.Wait()
	if got := len(c.server.Flows("main")); got != callers*flowsEach {
		t.Errorf("%d flows, want %d", got, callers*flowsEach)
	}
}
