package kestra_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

const oneKey = "/api/v1/main/namespaces/company.team/kv/k"

func TestKeyValuesReadBackAsTheServerUnderstandsThem(t *testing.T) {
	for name, tc := range map[string]struct {
		body      string
		wantType  string
		wantValue any
	}{
		"quoted text":                     {`"a b"`, "STRING", "a b"},
		"unquoted words lose all but one": {`a b`, "STRING", "a"},
		"a version is text":               {`1.2.3`, "STRING", "1.2.3"},
		"a number":                        {`1.5`, "NUMBER", 1.5},
		"a boolean":                       {`false`, "BOOLEAN", false},
		"a duration is normalised":        {`P1DT90M`, "DURATION", "PT25H30M"},
		"a quoted duration is one too":    {`"PT60S"`, "DURATION", "PT1M"},
		"a duration of nothing":           {`"PT0S"`, "DURATION", "PT0S"},
		"no duration":                     {`"P"`, "STRING", "P"},
		"a date":                          {`2022-05-01`, "DATE", "2022-05-01"},
		"an instant":                      {`2022-05-01T03:02:01Z`, "DATETIME", "2022-05-01T03:02:01Z"},
		"an instant keeps milliseconds":   {`2022-05-01T03:02:01.123987Z`, "DATETIME", "2022-05-01T03:02:01.123Z"},
		"midnight is a day":               {`2022-05-01T00:00:00Z`, "DATE", "2022-05-01"},
		"an offset makes it JSON":         {`2022-05-01T03:02:01+02:00`, "JSON", "2022-05-01T03:02:01+02:00"},
		"an object":                       {`{"a":[1]}`, "JSON", map[string]any{"a": []any{1.0}}},
		"null is left out of objects":     {`{"a":[null,{"b":null}]}`, "JSON", map[string]any{"a": []any{nil, map[string]any{}}}},
		"null is text without a value":    {`null`, "STRING", nil},
		"broken JSON is text":             {`{"a"`, "STRING", `{"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			c.want(200, http.MethodPut, oneKey, textType, tc.body)
			got := c.want(200, http.MethodGet, oneKey, "", "").json(t)
			if got["type"] != tc.wantType {
				t.Errorf("type %v, want %s", got["type"], tc.wantType)
			}
			if diff := cmp.Diff(tc.wantValue, got["value"]); diff != "" {
				t.Errorf("value (-want +got)\n%s", diff)
			}
		})
	}
}

func TestAKeyValueExpires(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.PutKeyValue("main", "company.team", "k", `"x"`, time.Minute)
	c.server.Clock.Advance(59 * time.Second)
	c.want(200, http.MethodGet, oneKey, "", "")
	c.server.Clock.Advance(2 * time.Second)
	c.want(410, http.MethodGet, oneKey, "", "")
	if got := c.want(200, http.MethodDelete, oneKey, "", ""); string(got.body) != "false" {
		t.Errorf("deleting an expired value answers %s", got.body)
	}
}

func TestPuttingTheSameValueAgainIsARevision(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.want(200, http.MethodPut, oneKey, textType, `"x"`)
	c.want(200, http.MethodPut, oneKey, textType, `"x"`)
	if kv, _ := c.server.KeyValue("main", "company.team", "k"); kv.Revision != 2 {
		t.Errorf("revision %d, want 2", kv.Revision)
	}
}

func TestANamespaceFilterOf20FindsChildNamespacesToo(t *testing.T) {
	for version, want := range map[string]float64{"1.3.25": 1, "2.0.0-SNAPSHOT": 2} {
		c := newClient(t, kestra.Options{Version: version})
		c.server.PutKeyValue("main", "company", "k", "1", 0)
		c.server.PutKeyValue("main", "company.team", "k", "1", 0)
		page := c.want(200, http.MethodGet, "/api/v1/main/kv?filters[namespace][EQUALS]=company", "", "").json(t)
		if page["total"] != want {
			t.Errorf("%s: total %v, want %v", version, page["total"], want)
		}
	}
}
