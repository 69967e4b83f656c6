package kestra

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAFlowIsUpdatedOnlyWhenJustSeen(t *testing.T) {
	client := newTestClient(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	cases := map[string]*Flow{
		"never looked for":  nil,
		"made up":           {ID: "hello", Namespace: "company.team"},
		"deleted":           {Deleted: true, target: hello, seen: time.Now()},
		"seen a minute ago": {target: hello, seen: time.Now().Add(-time.Minute)},
	}
	for name, seen := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := client.UpdateFlow(t.Context(), seen, []byte("id: hello")); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestALookAllowsAnUpdate(t *testing.T) {
	var requests []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Content-Type"))
		answer(w, 200, `{"id":"hello","namespace":"company.team","revision":2,"source":"old"}`)
	})
	flow, err := client.Flow(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	updated, err := client.UpdateFlow(t.Context(), flow, []byte("new"))
	if err != nil {
		t.Fatal(err)
	}
	if updated.Source != "new" {
		t.Errorf("source = %q, want what was sent", updated.Source)
	}
	want := []string{
		"GET /api/v1/main/flows/company.team/hello?source=true ",
		"PUT /api/v1/main/flows/company.team/hello application/x-yaml",
	}
	if diff := cmp.Diff(want, requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestADeletedFlowIsNotFound(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"id":"hello","namespace":"company.team","revision":2,"deleted":true}`)
	})
	if _, err := client.Flow(t.Context(), hello); !IsNotFound(err) {
		t.Errorf("error = %v, want not found", err)
	}
}

func TestACreateThatStoredAnotherFlowIsAnError(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"id":"other","namespace":"company.team","revision":1}`)
	})
	if _, err := client.CreateFlow(t.Context(), hello, []byte("id: other")); err == nil {
		t.Error("no error")
	}
}

func TestDeletingWhatIsNotThereSucceeds(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != "" {
			t.Error("a deletion carries a content type, which the server answers with 415")
		}
		answer(w, 404, notFound)
	})
	if err := client.DeleteFlow(t.Context(), hello); err != nil {
		t.Error(err)
	}
}

func TestNamesThatCouldReachAnotherRouteAreNotSent(t *testing.T) {
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent %s", r.URL) })
	for _, target := range []Target{
		{}, {Tenant: "main", Namespace: "a"}, {Tenant: "main", Name: "a"}, {Namespace: "a", Name: "a"},
		{Tenant: "..", Namespace: "a", Name: "a"}, {Tenant: "main", Namespace: "..", Name: "a"},
		{Tenant: "main", Namespace: "a", Name: ".."}, {Tenant: "main", Namespace: "a", Name: "a/b"},
		{Tenant: "main", Namespace: "a", Name: "%2e%2e"}, {Tenant: "main", Namespace: "a/b", Name: "a"},
	} {
		if err := client.DeleteFlow(t.Context(), target); err == nil {
			t.Errorf("flow %v: no error", target)
		}
		if err := client.DeleteKeyValue(t.Context(), target); err == nil {
			t.Errorf("key-value %v: no error", target)
		}
	}
}

func TestAListIsReadPageByPage(t *testing.T) {
	const total = pageSize + 3
	var pages []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		pages = append(pages, r.URL.Query().Get("page"))
		body := `{"results":[`
		first, last := (page-1)*pageSize, min(page*pageSize, total)
		for i := first; i < last; i++ {
			if i > first {
				body += ","
			}
			body += fmt.Sprintf(`{"id":"f%d","namespace":"n","revision":%d,"tasks":[{"id":"t"}]}`, i, i+1)
		}
		answer(w, 200, body+fmt.Sprintf(`],"total":%d}`, total))
	})
	var got []FlowSummary
	for summary, err := range client.Flows(t.Context(), "main") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, summary)
	}
	if len(got) != total || got[total-1] != (FlowSummary{ID: "f502", Namespace: "n", Revision: 503}) {
		t.Errorf("%d entries, the last %+v; want %d", len(got), got[len(got)-1], total)
	}
	if diff := cmp.Diff([]string{"1", "2"}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestAnEmptyPageEndsTheList(t *testing.T) {
	calls := 0
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls > 1 {
			answer(w, 200, `{"results":[],"total":0}`)
			return
		}
		answer(w, 200, `{"results":[{"id":"a"}],"total":700}`)
	})
	count := 0
	for _, err := range client.Flows(t.Context(), "main") {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if count != 1 || calls != 2 {
		t.Errorf("%d entries in %d calls, want 1 in 2", count, calls)
	}
}

// A list that was cut short without an error would have what is beyond it taken for absent.
func TestAListThatNeverEndsIsAnError(t *testing.T) {
	c := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"results":[{"id":"a"}],"total":1000000000}`)
	})
	var last error
	count := 0
	for _, err := range c.Flows(t.Context(), "main") {
		last = err
		count++
	}
	if last == nil || count != maxPages+1 {
		t.Errorf("after %d entries the error is %v, want one after %d", count, last, maxPages)
	}
}

func TestAListThatIsNoneIsAnError(t *testing.T) {
	for _, body := range []string{``, `[]`, `<html>`, `{"results":3}`, `{"results":[{]}`, `{"results":[]`, `{"total":"x"}`} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		_, _, err := listPage[FlowSummary](t.Context(), client, call{method: "POST", what: "list"})
		if err == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

func TestValidation(t *testing.T) {
	cases := map[string]struct {
		body    string
		want    Validation
		wantErr bool
	}{
		"valid": {`[{"index":0,"warnings":[],"infos":["a is replaced by b"]}]`,
			Validation{Infos: []string{"a is replaced by b"}}, false},
		"null constraints": {`[{"constraints":null,"deprecationPaths":["tasks[0]"]}]`,
			Validation{Deprecations: []string{"tasks[0]"}}, false},
		"two problems": {`[{"constraints":"Validation error: namespace: bad\nid: bad\n"}]`,
			Validation{Constraints: []string{"namespace: bad", "id: bad"}}, false},
		"refused without a reason": {`[{"constraints":""}]`,
			Validation{Constraints: []string{"the server gives no reason"}}, false},
		"two results for one flow": {`[{},{}]`, Validation{}, true},
		"no result":                {`[]`, Validation{}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				file, _, err := r.FormFile("flows")
				if err != nil {
					t.Error(err)
					return
				}
				_ = file.Close()
				answer(w, 200, tc.body)
			})
			got, err := client.ValidateFlow(t.Context(), "main", []byte("id: hello"))
			if (err != nil) != tc.wantErr {
				t.Fatalf("error = %v, want one: %v", err, tc.wantErr)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("validation (-want +got):\n%s", diff)
			}
		})
	}
}
