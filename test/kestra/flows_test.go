package kestra_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestFlowRevisions(t *testing.T) {
	base := helloFlow("hello")
	for name, tc := range map[string]struct {
		update       string
		wantRevision int
	}{
		"the same text makes no revision":            {update: base, wantRevision: 1},
		"a revision line is not compared":            {update: "revision: 7\n" + base, wantRevision: 1},
		"a comment makes a revision":                 {update: "# why\n" + base, wantRevision: 2},
		"another line ending makes a revision":       {update: strings.ReplaceAll(base, "\n", "\r\n"), wantRevision: 2},
		"a trailing newline makes a revision":        {update: base + "\n", wantRevision: 2},
		"an unknown property is stored all the same": {update: "foo: 1\n" + base, wantRevision: 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			c.want(200, http.MethodPost, flows, yamlType, base)
			c.want(200, http.MethodPut, oneFlow, yamlType, tc.update)
			flow, _ := c.server.Flow("main", "company.team", "hello")
			if flow.Revision != tc.wantRevision {
				t.Errorf("revision %d, want %d", flow.Revision, tc.wantRevision)
			}
		})
	}
}

func TestFlowRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, contentType, body string
		want                            int
	}{
		"an unknown property is not created":    {http.MethodPost, flows, yamlType, helloFlow("new", "foo: 1"), 422},
		"a duplicate key is not created":        {http.MethodPost, flows, yamlType, helloFlow("new", "id: new"), 422},
		"what exists is not created":            {http.MethodPost, flows, yamlType, helloFlow("hello"), 422},
		"an unknown type is not stored":         {http.MethodPut, oneFlow, yamlType, strings.ReplaceAll(helloFlow("hello"), "log.Log", "log.Nope"), 422},
		"another id is not stored":              {http.MethodPut, oneFlow, yamlType, helloFlow("other"), 422},
		"a reserved id is not created":          {http.MethodPost, flows, yamlType, helloFlow("search"), 422},
		"an input without an id crashes":        {http.MethodPost, flows, yamlType, helloFlow("new", "inputs:", "  - type: STRING"), 500},
		"a namespace that is a number crashes":  {http.MethodPost, flows, yamlType, strings.ReplaceAll(helloFlow("new"), "company.team", "7"), 500},
		"a namespace that is a list is no text": {http.MethodPost, flows, yamlType, strings.ReplaceAll(helloFlow("new"), "company.team", "[a]"), 422},
		"no content type is refused":            {http.MethodPost, flows, "", helloFlow("new"), 415},
		"application/yaml leaves no body":       {http.MethodPost, flows, "application/yaml", helloFlow("new"), 422},
		"a DELETE with a yaml type is refused":  {http.MethodDelete, oneFlow, yamlType, "", 415},
		"an unknown tenant is refused":          {http.MethodGet, "/api/v1/other/flows/company.team/hello", "", "", 400},
		"a page before the first is refused":    {http.MethodGet, flows + "/search?page=0", "", "", 422},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			before := c.server.PutFlow("main", "company.team", "hello", helloFlow("hello"))
			c.want(tc.want, tc.method, tc.path, tc.contentType, tc.body)
			after, _ := c.server.Flow("main", "company.team", "hello")
			if before.Revision != after.Revision || len(c.server.Flows("main")) != 1 {
				t.Errorf("a refused call changed something: %+v", c.server.Flows("main"))
			}
		})
	}
}

func TestADeletedFlowKeepsItsRevisions(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.want(200, http.MethodPost, flows, yamlType, helloFlow("hello"))
	c.want(204, http.MethodDelete, oneFlow, "", "")
	c.want(404, http.MethodGet, oneFlow, "", "")
	c.want(404, http.MethodDelete, oneFlow, "", "")
	c.want(200, http.MethodPost, flows, yamlType, helloFlow("hello"))
	var got []bool
	for _, flow := range c.server.FlowRevisions("main", "company.team", "hello") {
		got = append(got, flow.Deleted)
	}
	if diff := cmp.Diff([]bool{false, true, false}, got); diff != "" {
		t.Errorf("deleted, by revision (-want +got)\n%s", diff)
	}
}

func TestASourceThatSaysDeletedIsCreatedDeleted(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.want(200, http.MethodPost, flows, yamlType, helloFlow("hello", "deleted: true"))
	c.want(404, http.MethodGet, oneFlow, "", "")
}

func TestPuttingAMissingFlowIsAViolation(t *testing.T) {
	for name, prepare := range map[string]func(*kestra.Server){
		"never there": func(*kestra.Server) {},
		"deleted": func(s *kestra.Server) {
			s.PutFlow("main", "company.team", "hello", helloFlow("hello"))
			s.DeleteFlow("main", "company.team", "hello")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			prepare(c.server)
			c.want(500, http.MethodPut, oneFlow, yamlType, helloFlow("hello"))
			want := []kestra.Violation{{Kind: kestra.PutMissingFlow, Method: http.MethodPut, Path: oneFlow}}
			if diff := cmp.Diff(want, c.server.Violations()); diff != "" {
				t.Errorf("violations (-want +got)\n%s", diff)
			}
		})
	}
}

func TestBulkCallsAreViolations(t *testing.T) {
	for _, path := range []string{"/bulk", "/import"} {
		c := newClient(t, kestra.Options{})
		c.want(500, http.MethodPost, flows+path, yamlType, helloFlow("hello"))
		if got := c.server.Violations(); len(got) != 1 || got[0].Kind != kestra.BulkCall {
			t.Errorf("%s: violations %v", path, got)
		}
	}
}

func TestFlowSearch(t *testing.T) {
	c := newClient(t, kestra.Options{})
	for _, namespace := range []string{"company", "company.team", "companyx"} {
		c.server.PutFlow("main", namespace, "a", helloFlow("a"))
		c.server.PutFlow("main", namespace, "b", helloFlow("b"))
	}
	for name, tc := range map[string]struct {
		query     string
		wantTotal float64
		wantFound int
	}{
		"everything":    {"size=100", 6, 6},
		"one page":      {"size=4", 6, 4},
		"the last page": {"size=4&page=2", 6, 2},
		"a page past the end claims a total of zero": {"size=4&page=3", 0, 0},
		"a namespace and what is under it":           {"filters[namespace][PREFIX]=company", 4, 4},
		"exactly one namespace":                      {"filters[namespace][EQUALS]=company", 2, 2},
		"the old filter":                             {"namespace=company", 4, 4},
	} {
		t.Run(name, func(t *testing.T) {
			page := c.want(200, http.MethodGet, flows+"/search?"+tc.query, "", "").json(t)
			found, _ := page["results"].([]any)
			if page["total"] != tc.wantTotal || len(found) != tc.wantFound {
				t.Errorf("%d results of %v, want %d of %v", len(found), page["total"], tc.wantFound, tc.wantTotal)
			}
			if strings.Contains(string(compactJSON(t, page)), `"source"`) {
				t.Error("a search never shows sources")
			}
		})
	}
}

func TestAStoredFlowThatDoesNotParseIsShownWithAnException(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.PutFlow("main", "company.team", "hello", "id: [\n")
	flow := c.want(200, http.MethodGet, oneFlow+"?source=true", "", "").json(t)
	if flow["exception"] == nil || flow["source"] != "id: [\n" {
		t.Errorf("got %v", flow)
	}
}

func TestANewPluginsHashComesWithItsSchema(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.want(404, http.MethodGet, "/api/v1/plugins/schemas/flow", "", "")
	c.server.SetFlowSchema([]byte(`{"definitions":{}}`), 42)
	if got := c.want(200, http.MethodGet, "/api/v1/plugins/schemas/flow", "", ""); string(got.body) != `{"definitions":{}}` {
		t.Errorf("schema %s", got.body)
	}
	if got := c.want(200, http.MethodGet, "/api/v1/configs", "", "").json(t)["pluginsHash"]; got != 42.0 {
		t.Errorf("pluginsHash %v", got)
	}
}
