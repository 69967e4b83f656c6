package validate

import (
	"cmp"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// target is what an object keeps in Kestra.
type target struct {
	kind, tenant, namespace, name string
}

// keeping is a target, and the object that keeps it.
type keeping struct {
	target
	object string // "namespace/name", or the name alone; what the name begins with where the API server makes it
	line   int
	column int
	at     string // of the object in its document
}

// keeps finishes the judgement of an object: its namespace must be allowed to write the target, and two objects for one
// target are told of later.
func (j Judge) keeps(o object, findings []flow.Finding, t target, meta metav1.ObjectMeta) judged {
	if t.tenant == "" {
		t.tenant = j.DefaultTenant
	}
	if t.tenant == "" {
		t.tenant = "main"
	}
	if t.namespace == "" || t.name == "" {
		return judged{findings: findings}
	}
	name := cmp.Or(meta.Name, meta.GenerateName)
	if meta.Namespace != "" {
		name = meta.Namespace + "/" + name
	}
	k := &keeping{target: t, object: name, at: o.at}
	if o.node != nil {
		k.line, k.column = o.node.Line, o.node.Column
	}
	return judged{findings: append(findings, j.allowed(o, t, meta.Namespace)...), keeps: k}
}

// allowed refuses a target that the policy does not let the object's Kubernetes namespace write.
func (j Judge) allowed(o object, t target, kubernetesNamespace string) []flow.Finding {
	if j.Policy == nil {
		return nil
	}
	if kubernetesNamespace == "" {
		return []flow.Finding{o.finding(flow.Warning, "target-policy", "metadata.namespace",
			"not checked against the target policy, which goes by the Kubernetes namespace: add metadata.namespace")}
	}
	if err := j.Policy.Check(kubernetesNamespace, t.tenant, t.namespace); err != nil {
		return []flow.Finding{o.finding(flow.Error, "target-policy", "spec.namespace", err.Error())}
	}
	return nil
}

// warnShared warns about targets that two objects would keep: the first one in the cluster owns it, and admission
// refuses the other.
func warnShared(results []Result) {
	first := map[target]*Result{}
	for i := range results {
		result := &results[i]
		if result.keeps == nil {
			continue
		}
		other, shared := first[result.keeps.target]
		if !shared {
			first[result.keeps.target] = result
			continue
		}
		result.Findings = append(result.Findings, flow.Finding{
			Severity: flow.Warning, Rule: "shared-target", Line: result.keeps.line, Column: result.keeps.column, Path: result.keeps.at + "spec",
			Message: fmt.Sprintf("%s %q keeps the same %s as %q in %s:%d; only one object can own it",
				result.keeps.kind, result.keeps.object, result.keeps.target, other.keeps.object, other.File, other.keeps.line),
		})
		result.decide()
	}
}

func (t target) String() string {
	noun := map[string]string{"KestraFlow": "flow", "KestraKeyValue": "key", "KestraNamespaceFile": "file"}[t.kind]
	return fmt.Sprintf("%s %q of namespace %q of tenant %q", noun, t.name, t.namespace, t.tenant)
}
