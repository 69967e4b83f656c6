package installed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// keyValue is a manifest of an entry whose value says whose it is. Two operators' entries name the same target.
func keyValue(namespace, name, label string) string {
	return fmt.Sprintf(`
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata:
  name: %s
  namespace: %s
  labels: {%s}
spec: {namespace: company.team, key: value, value: %s}
`, name, namespace, label, name)
}

const further = "kestra-operator-blue"

// Two operators, each with a Kestra of its own, share a cluster and tell their objects apart in each of the ways.
func TestTwoOperatorsNeverTouchEachOthersObjectsNorJudgeThem(t *testing.T) {
	ways := map[string]struct {
		one, other                   string // kustomizations
		oneArguments, otherArguments []string
		ofOne, ofOther, ofNobody     string // manifests
	}{
		"by class": {
			one:            overlay(t, nil),
			other:          overlay(t, []string{"operator-class", "another-operator"}),
			otherArguments: []string{"--operator-class=blue"},
			ofOne:          keyValue("default", "one", ""),
			ofOther:        keyValue("default", "other", "kestra.io/operator-class: blue"),
			ofNobody:       keyValue("default", "nobodys", "kestra.io/operator-class: green"),
		},
		"by namespace": {
			one:            overlay(t, []string{"watch-namespaces"}, "team-b", "kube-public", "team-a", "default"),
			other:          overlay(t, []string{"watch-namespaces", "another-operator"}, "team-a", "kube-node-lease", "team-b", "kube-system"),
			oneArguments:   []string{"--watch-namespaces=default,kube-public"},
			otherArguments: []string{"--watch-namespaces=kube-node-lease,kube-system"},
			ofOne:          keyValue("default", "one", ""),
			ofOther:        keyValue("kube-system", "other", ""),
			ofNobody:       keyValue("elsewhere", "nobodys", ""),
		},
		"by label": {
			one:            overlay(t, []string{"watch-selector"}),
			other:          overlay(t, []string{"watch-selector", "another-operator"}, "team: data", "team: science", "team=data", "team=science"),
			oneArguments:   []string{"--watch-selector=team=data"},
			otherArguments: []string{"--watch-selector=team=science"},
			ofOne:          keyValue("default", "one", "team: data"),
			ofOther:        keyValue("default", "other", "team: science"),
			ofNobody:       keyValue("default", "nobodys", ""),
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			plane := cluster.StartForTest(t)
			one := install(t, plane, way.one, process.Namespace, way.oneArguments...)
			one.kubectl("create", "namespace", "elsewhere")
			other := install(t, plane, way.other, further, append(way.otherArguments,
				"--validating-webhook=kestra-operator-validating-blue", "--mutating-webhook=kestra-operator-mutating-blue")...)
			for _, manifest := range []string{way.ofNobody, way.ofOne, way.ofOther} {
				one.mustApply(manifest)
			}
			for want, i := range map[string]*installation{"one": one, "other": other} {
				i.eventually("the entry of "+want, func() bool { return valueOf(i) == want })
			}

			other.stop()
			if output, err := one.apply(strings.Replace(way.ofOther, "value: other", "value: changed", 1)); err == nil {
				t.Errorf("without its operator, its object was stored: %s", output)
			}
			one.mustApply(strings.Replace(way.ofOne, "value: one", "value: changed", 1))
			one.mustApply(strings.Replace(way.ofNobody, "value: nobodys", "value: changed", 1))
			one.eventually("the change", func() bool { return valueOf(one) == "changed" })
			traces := `jsonpath={range .items[?(@.metadata.name=="nobodys")]}{.metadata.finalizers}{.status.conditions}{end}`
			if got := one.kubectl("get", "kv", "--all-namespaces", "-o", traces); got != "" {
				t.Errorf("nobody's object was touched: %s", got)
			}
			if got := valueOf(other); got != "other" {
				t.Errorf("the other Kestra holds %q", got)
			}
		})
	}
}

// valueOf is the value of the entry that both keep, in their own Kestra.
func valueOf(i *installation) string {
	entry, _ := i.kestra.KeyValue("main", "company.team", "value")
	return fmt.Sprint(entry.Value)
}
