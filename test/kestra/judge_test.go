package kestra_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func compactJSON(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// validate returns the constraints of each document of a body.
func (c *client) validate(source string) []string {
	c.t.Helper()
	answer := c.want(200, http.MethodPost, flows+"/validate", yamlType, source)
	var results []struct{ Constraints string }
	if err := json.Unmarshal(answer.body, &results); err != nil {
		c.t.Fatal(err)
	}
	constraints := make([]string, 0, len(results))
	for _, result := range results {
		constraints = append(constraints, result.Constraints)
	}
	return constraints
}

func TestWhoMindsWhichProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		kind                                kestra.ProblemKind
		wantCreate, wantUpdate, wantUpdate2 int
		wantValid                           bool
	}{
		"a constraint":        {kestra.Constraint, 422, 422, 422, false},
		"an unknown property": {kestra.UnknownProperty, 422, 200, 422, false},
		"an invalid type":     {kestra.InvalidType, 422, 422, 422, false},
		"a bad value":         {kestra.BadValue, 422, 422, 422, false},
		"no YAML":             {kestra.Unreadable, 422, 422, 422, false},
		"a duplicate key":     {kestra.DuplicateKey, 422, 422, 422, true},
		"a crash":             {kestra.Crash, 500, 500, 500, false},
	} {
		t.Run(name, func(t *testing.T) {
			judge := func([]byte) kestra.Verdict {
				return kestra.Verdict{Problems: []kestra.Problem{{Kind: tc.kind, Path: "tasks[0].x", Message: "no"}}}
			}
			c := newClient(t, kestra.Options{Judge: judge})
			c.want(tc.wantCreate, http.MethodPost, flows, yamlType, helloFlow("hello"))
			if valid := c.validate(helloFlow("hello"))[0] == ""; valid != tc.wantValid {
				t.Errorf("validation says %v, want %v", valid, tc.wantValid)
			}
			c.server.PutFlow("main", "company.team", "hello", "x")
			c.want(tc.wantUpdate, http.MethodPut, oneFlow, yamlType, helloFlow("hello"))

			two := newClient(t, kestra.Options{Judge: judge, Version: "2.0.0-SNAPSHOT"})
			two.server.PutFlow("main", "company.team", "hello", "x")
			two.want(tc.wantUpdate2, http.MethodPut, oneFlow, yamlType, helloFlow("hello"))
		})
	}
}

func TestValidationSplitsABodyOnSeparatorsEvenInsideText(t *testing.T) {
	c := newClient(t, kestra.Options{Judge: kestra.AcceptAll})
	source := helloFlow("hello", "description: |", "  first", "---", "  second")
	if got := len(c.validate(source)); got != 2 {
		t.Errorf("%d results, want 2", got)
	}
}

func TestAJudgeOfOnesOwn(t *testing.T) {
	c := newClient(t, kestra.Options{Judge: kestra.Refuse("tasks", "not today")})
	want := []string{"Validation error: tasks: not today\n"}
	if diff := cmp.Diff(want, c.validate(helloFlow("hello"))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	answer := c.want(422, http.MethodPost, flows, yamlType, helloFlow("hello")).json(t)
	if message, _ := answer["message"].(string); !strings.Contains(message, "not today") {
		t.Errorf("message %q", message)
	}
}

func TestWhatOnlyTheOperatorRefusesIsTaken(t *testing.T) {
	for name, source := range map[string]string{
		"a writable label":  helloFlow("hello", "labels:", `  system.readOnly: "false"`),
		"a second document": helloFlow("hello") + "---\nid: other\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			c.want(200, http.MethodPost, flows, yamlType, source)
		})
	}
}
