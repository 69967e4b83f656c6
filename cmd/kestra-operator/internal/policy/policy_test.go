package policy

import (
	"strings"
	"testing"
)

const teams = `
rules:
  - kubernetesNamespaces: [team-a]
    namespaces: [company.a, company.a.*]
  - kubernetesNamespaces: ["platform-*"]
    tenants: [main]
    namespaces: ["*"]
`

func TestCheckAllowsWhatARuleListsOnly(t *testing.T) {
	policy, err := Parse([]byte(teams))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		kubernetes, tenant, namespace string
		refusal                       string
	}{
		"its namespace":                        {"team-a", "main", "company.a", ""},
		"a namespace below":                    {"team-a", "other", "company.a.b.c", ""},
		"a namespace that only begins alike":   {"team-a", "main", "company.abc", `it may write company.a, company.a.*`},
		"another team's namespace":             {"team-a", "main", "company.b", "does not let"},
		"a pattern of Kubernetes namespaces":   {"platform-eu", "main", "system", ""},
		"another tenant":                       {"platform-eu", "other", "system", "of tenant main"},
		"a Kubernetes namespace no rule names": {"default", "main", "company.a", "write nothing"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := policy.Check(test.kubernetes, test.tenant, test.namespace)
			switch {
			case test.refusal == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.refusal != "" && (err == nil || !strings.Contains(err.Error(), test.refusal)):
				t.Errorf("got %v, want a refusal with %q", err, test.refusal)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no rules":             {"rules: []", "refuse everything"},
		"an unknown field":     {"rules:\n- namespace: x", "unknown field"},
		"a rule for nothing":   {"rules:\n- kubernetesNamespaces: [a]", "rules[0]: allows nothing"},
		"a broken pattern":     {"rules:\n- {kubernetesNamespaces: [a], namespaces: ['[']}", `pattern "["`},
		"what is not a policy": {"- a", "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want it to contain %q", err, test.want)
			}
		})
	}
}
