package policy

import "testing"

// FuzzParse shows that no text can crash the policy's reader, and that what it takes can be asked.
func FuzzParse(f *testing.F) {
	f.Add([]byte("rules:\n- {kubernetesNamespaces: [a], tenants: [main], namespaces: [company.*]}\n"), "a", "company.b")
	f.Add([]byte("rules: &r [{kubernetesNamespaces: [\"[\"], namespaces: *r}]"), "", "")
	f.Fuzz(func(t *testing.T, text []byte, kubernetesNamespace, namespace string) {
		policy, err := Parse(text)
		if err != nil {
			return
		}
		if len(policy.Rules) == 0 {
			t.Error("a policy without a rule was taken")
		}
		first, second := policy.Check(kubernetesNamespace, "main", namespace), policy.Check(kubernetesNamespace, "main", namespace)
		if (first == nil) != (second == nil) {
			t.Errorf("two answers to one question: %v, %v", first, second)
		}
	})
}
