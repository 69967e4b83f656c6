package controllers_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// What the reconciler says of a flow is what flow.Check says of it, every finding at once.
func TestInvariant1OneJudge(t *testing.T) {
	catalog, err := flow.Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{
		"another namespace and id": strings.Replace(sourceOf("other", "hi"), team, "company.other", 1),
		"a writable flow":          sourceOf("hello", "hi") + "labels:\n  system.readOnly: \"false\"\n",
		"a duplicate key":          sourceOf("hello", "hi") + "id: hello\n",
		"two tasks of one id":      sourceOf("hello", "hi") + "  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n",
		"no YAML":                  "id: [",
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			obj := makeFlow("hello", "hello", source)
			report := flow.Check([]byte(source), validation.FlowIdentity(obj), catalog, flow.Options{})
			errs := validation.SourceErrors(report)
			if len(errs) == 0 {
				t.Fatalf("the judge finds nothing wrong: %+v", report)
			}
			w := newWorld(t, devkestra.Options{}).start()
			w.create(obj)
			w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
			message := conditionOf(obj, v1alpha1.ConditionAdmitted).Message
			for _, err := range errs {
				if !strings.Contains(message, err.Detail) {
					t.Errorf("the condition lacks %q:\n%s", err.Detail, message)
				}
			}
			if writes := w.kestra.Writes(); len(writes) > 0 {
				t.Errorf("writes = %+v, want none", writes)
			}
		})
	}
}
