package gitops

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// outcome is what the operator writes for a reason, and what the tools make of that.
type outcome struct {
	ready      string // the status of the condition Ready
	beside     string // the condition that is True, too
	argo, flux string
}

var (
	held       = outcome{"True", "", "Healthy", "Current"}
	written    = outcome{"Unknown", v1alpha1.ConditionReconciling, "Progressing", "InProgress"}
	triedAgain = outcome{"False", v1alpha1.ConditionReconciling, "Progressing", "InProgress"}
	stalled    = outcome{"False", v1alpha1.ConditionStalled, "Degraded", "Failed"}
)

// outcomes are those of every reason, with which the guide's table must agree. Some reasons need two operators, or a
// webhook that is away, so all are written here by hand; what leads to most of them is in situations.
var outcomes = map[string]outcome{
	v1alpha1.ReasonSucceeded:       held,
	v1alpha1.ReasonExpired:         held,
	v1alpha1.ReasonProgressing:     written,
	v1alpha1.ReasonUnavailable:     triedAgain,
	v1alpha1.ReasonUnauthorized:    triedAgain,
	v1alpha1.ReasonSourceMissing:   triedAgain,
	v1alpha1.ReasonDeleting:        triedAgain,
	v1alpha1.ReasonValidationError: stalled,
	v1alpha1.ReasonRejected:        stalled,
	v1alpha1.ReasonConflict:        stalled,
	v1alpha1.ReasonNotAdopted:      stalled,
	v1alpha1.ReasonContended:       stalled,
	v1alpha1.ReasonDrifted:         stalled,
	v1alpha1.ReasonSuspended:       {"Unknown", "", "Suspended", "InProgress"},
}

// Two more cases, which have no reason: nobody has seen the object, or only an older spec of it.
const (
	unseen  = "Unseen"
	changed = "Changed"
)

// specs of each kind are for a target that is the object's own.
var specs = map[string]string{
	"KestraFlow": `{namespace: NAMESPACE, id: TARGET, source: "id: TARGET\nnamespace: NAMESPACE\nlabels: {system.readOnly: \"true\"}\n` +
		`tasks:\n  - {id: greet, type: io.kestra.plugin.core.log.Log, message: Hello!}\n"}`,
	"KestraKeyValue":      `{namespace: NAMESPACE, key: TARGET, value: text}`,
	"KestraNamespaceFile": `{namespace: NAMESPACE, filename: TARGET.txt, content: text}`,
}

func TestBothToolsUnderstandEveryReasonOfEveryKind(t *testing.T) {
	startOperator(t, "--watch-namespaces="+newNamespace(t)) // it admits, and keeps none of these objects
	cases := map[string]outcome{unseen: written, changed: {"True", "", "Progressing", "InProgress"}}
	for reason, o := range outcomes {
		cases[reason] = o
	}
	var manifests, statuses []string
	want := map[string]string{}
	for kind, spec := range specs {
		for reason, o := range cases {
			name := strings.ToLower(reason)
			head := fmt.Sprintf("apiVersion: model.kestra.io/v1alpha1\nkind: %s\nmetadata: {name: %s}\n", kind, name)
			manifests = append(manifests, head+"spec: "+strings.ReplaceAll(spec, "TARGET", name)+"\n")
			if reason != unseen {
				statuses = append(statuses, head+"status: "+o.status(reason)+"\n")
			}
			want[kind+"/"+name] = o.argo + ", " + o.flux
		}
	}
	s := scene{namespace: newNamespace(t), manifest: strings.Join(manifests, "\n---\n")}
	s.apply(t)
	kubectl(t, strings.Join(statuses, "\n---\n"), "apply", "--server-side", "--subresource=status", "--namespace", s.namespace, "-f", "-")

	asked := request{Namespace: s.namespace, Objects: s.objects(t), Customizations: customizations(t)}
	flux := ask(t, "flux health", asked)
	got := map[string]string{}
	for i, argo := range ask(t, "argocd health", asked) {
		got[argo.Object] = argo.Result + ", " + flux[i].Result
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// status is what the operator writes, for the first generation of a spec or, where the spec has changed, the one before.
func (o outcome) status(reason string) string {
	generation := 1
	if reason == changed {
		reason, generation = v1alpha1.ReasonSucceeded, 0
	}
	conditions := []string{condition(v1alpha1.ConditionReady, o.ready, reason, generation)}
	if o.beside != "" {
		conditions = append(conditions, condition(o.beside, "True", reason, generation))
	}
	return fmt.Sprintf("{observedGeneration: %d, conditions: [%s]}", generation, strings.Join(conditions, ", "))
}

func condition(kind, status, reason string, generation int) string {
	return fmt.Sprintf(`{type: %s, status: %q, reason: %s, message: of a test, lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: %d}`,
		kind, status, reason, generation)
}

func TestEveryReasonHasAnOutcomeAndARowInTheGuide(t *testing.T) {
	code, err := os.ReadFile(project + "/schemas/v1alpha1/conditions.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(project + "/docs/guides/gitops.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "\n| the object | Argo CD | Flux |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	reasons := regexp.MustCompile(`\tReason\w+ += "(\w+)"`).FindAllStringSubmatch(string(code), -1)
	if len(reasons) != len(outcomes) {
		t.Errorf("there are %d reasons and %d outcomes", len(reasons), len(outcomes))
	}
	for _, reason := range reasons {
		o, known := outcomes[reason[1]]
		if !known {
			t.Errorf("%s has no outcome", reason[1])
		}
		if reason[1] == v1alpha1.ReasonSuspended || reason[1] == v1alpha1.ReasonDeleting {
			continue // their rows say in words what an object's metadata and spec say, too
		}
		if !slices.ContainsFunc(rows, func(row string) bool {
			return strings.Contains(row, "`"+reason[1]+"`") && strings.HasSuffix(row, "| "+o.argo+" | "+o.flux+" |")
		}) {
			t.Errorf("no row of the guide says that %s is %s and %s", reason[1], o.argo, o.flux)
		}
	}
}
