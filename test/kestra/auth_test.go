package kestra_test

import (
	"net/http"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func enterprise(version string) kestra.Options {
	return kestra.Options{
		Version: version,
		Edition: kestra.Enterprise,
		Tenants: []string{"main", "other"},
		Tokens: []kestra.Token{
			{Value: "service", ServiceAccount: true},
			{Value: "person"},
			{Value: "guest", Tenants: []string{"other"}},
		},
		Credentials: kestra.Credentials{Username: "dev@kestra.test", Password: "Kestra1234"},
	}
}

func TestWhoGetsIn(t *testing.T) {
	for name, tc := range map[string]struct {
		options kestra.Options
		token   string
		path    string
		want    int
	}{
		"basic credentials":                       {kestra.Options{}, "", oneFlow, 404},
		"a token on open source":                  {kestra.Options{}, "service", oneFlow, 401},
		"a token on Enterprise":                   {enterprise("1.3.25"), "person", oneFlow, 404},
		"an unknown token":                        {enterprise("1.3.25"), "nobody", oneFlow, 401},
		"a token without the tenant":              {enterprise("1.3.25"), "guest", oneFlow, 403},
		"another tenant of Enterprise":            {enterprise("1.3.25"), "guest", "/api/v1/other/flows/a/b", 404},
		"basic credentials on Enterprise 1.3":     {enterprise("1.3.25"), "", oneFlow, 404},
		"basic credentials on Enterprise 2.0":     {enterprise("2.0.0"), "", oneFlow, 401},
		"configs without credentials before 2.0":  {enterprise("1.3.25"), "nobody", "/api/v1/configs", 200},
		"configs without credentials since 2.0":   {enterprise("2.0.0"), "nobody", "/api/v1/configs", 401},
		"before 0.23 there is no tenant in paths": {kestra.Options{Version: "0.22.9"}, "", "/api/v1/flows/search", 200},
		"anyone, where that is configured":        {kestra.Options{Anonymous: true}, "nobody", oneFlow, 404},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, tc.options)
			c.token = tc.token
			answer := c.want(tc.want, http.MethodGet, tc.path, "", "")
			if tc.want == 401 && (len(answer.body) != 0 || answer.header.Get("WWW-Authenticate") == "") {
				t.Errorf("a 401 has no body and a challenge: %q %v", answer.body, answer.header)
			}
		})
	}
}

func TestEnterpriseLetsOnlyServiceAccountsChangeReadOnlyFlows(t *testing.T) {
	readOnly := helloFlow("hello", "labels:", `  system.readOnly: "true"`)
	for token, want := range map[string]int{"service": 200, "person": 403} {
		t.Run(token, func(t *testing.T) {
			c := newClient(t, enterprise("1.3.25"))
			c.token = token
			c.server.PutFlow("main", "company.team", "hello", readOnly)
			c.want(want, http.MethodPut, oneFlow, yamlType, readOnly+"# changed\n")
		})
	}
	t.Run("a flow without the label is anyone's", func(t *testing.T) {
		c := newClient(t, enterprise("1.3.25"))
		c.token = "person"
		c.server.PutFlow("main", "company.team", "hello", helloFlow("hello"))
		c.want(204, http.MethodDelete, oneFlow, "", "")
	})
}

func TestErrorsOf20AreProblemDetails(t *testing.T) {
	c := newClient(t, kestra.Options{Version: "2.0.8"})
	c.server.PutFlow("main", "company.team", "hello", helloFlow("hello"))
	answer := c.want(409, http.MethodPost, flows, yamlType, helloFlow("hello"))
	if got := answer.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	if problem := answer.json(t); problem["detail"] == nil || problem["status"] != 409.0 || problem["errors"] == nil {
		t.Errorf("problem %v", problem)
	}
}

func TestAVersionThatIsNoneIsAnError(t *testing.T) {
	if _, err := kestra.New(kestra.Options{Version: "latest"}); err == nil {
		t.Error("took it")
	}
}
