package policy

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/yaml"
)

// Policy is a list of rules; each allows something.
type Policy struct {
	Rules []Rule `json:"rules"`
}

// Rule allows objects of some Kubernetes namespaces to write some targets. Names may hold "*" for any text.
type Rule struct {
	// KubernetesNamespaces whose objects the rule is about.
	KubernetesNamespaces []string `json:"kubernetesNamespaces"`
	// Tenants they may write; every tenant when empty.
	Tenants []string `json:"tenants,omitempty"`
	// Namespaces of Kestra they may write. "company.team" is that namespace alone, "company.team.*" those below it.
	Namespaces []string `json:"namespaces"`
}

// Parse reads a policy from YAML. Unknown fields, rules that allow nothing and broken patterns are errors.
func Parse(text []byte) (*Policy, error) {
	var policy Policy
	if err := yaml.UnmarshalStrict(text, &policy); err != nil {
		return nil, fmt.Errorf("want a list named rules, each with kubernetesNamespaces, tenants and namespaces: %w", err)
	}
	var problems []error
	if len(policy.Rules) == 0 {
		problems = append(problems, errors.New("rules: empty, which would refuse everything; leave the policy out to allow everything"))
	}
	for i, rule := range policy.Rules {
		if len(rule.KubernetesNamespaces) == 0 || len(rule.Namespaces) == 0 {
			problems = append(problems, fmt.Errorf("rules[%d]: allows nothing: name kubernetesNamespaces and namespaces", i))
		}
		for _, patterns := range [][]string{rule.KubernetesNamespaces, rule.Tenants, rule.Namespaces} {
			for _, pattern := range patterns {
				if _, err := path.Match(pattern, ""); err != nil {
					problems = append(problems, fmt.Errorf("rules[%d]: pattern %q: %w", i, pattern, err))
				}
			}
		}
	}
	return &policy, errors.Join(problems...)
}

// Check returns nil when objects of a Kubernetes namespace may write a namespace of a tenant, and otherwise an
// error that says what they may write.
func (p *Policy) Check(kubernetesNamespace, tenant, namespace string) error {
	var allowed []string
	for _, rule := range p.Rules {
		if !matches(rule.KubernetesNamespaces, kubernetesNamespace) {
			continue
		}
		if matches(rule.Namespaces, namespace) && (len(rule.Tenants) == 0 || matches(rule.Tenants, tenant)) {
			return nil
		}
		allowed = append(allowed, rule.targets())
	}
	if len(allowed) == 0 {
		return fmt.Errorf("the operator's policy lets Kubernetes namespace %q write nothing in Kestra", kubernetesNamespace)
	}
	return fmt.Errorf("the operator's policy does not let Kubernetes namespace %q write namespace %q of tenant %q; it may write %s",
		kubernetesNamespace, namespace, tenant, strings.Join(allowed, " and "))
}

// targets says what the rule allows.
func (r Rule) targets() string {
	targets := strings.Join(r.Namespaces, ", ")
	if len(r.Tenants) > 0 {
		targets += " of tenant " + strings.Join(r.Tenants, ", ")
	}
	return targets
}

// matches is true when any pattern does; the patterns were checked by Parse.
func matches(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if matched, err := path.Match(pattern, name); err == nil && matched {
			return true
		}
	}
	return false
}
