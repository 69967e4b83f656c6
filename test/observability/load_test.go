package observability

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	kestraNamespace = "company.team"
	// secretValue stands in a key-value and in a flow, and must be seen nowhere.
	secretValue = "canary-5dcf1a"
	logTask     = "io.kestra.plugin.core.log.Log"
)

// flowManifest is an object with a flow of one task; more goes into its spec.
func flowManifest(name, taskType, more string) string {
	return fmt.Sprintf(`apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: %[1]s, namespace: default}
spec:
  namespace: %[2]s
  id: %[1]s
%[4]s  source: |
    id: %[1]s
    namespace: %[2]s
    tasks:
      - id: greet
        type: %[3]s
        message: %[5]s
---
`, name, kestraNamespace, taskType, more, secretValue)
}

const otherManifests = `apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: answer, namespace: default}
spec: {namespace: ` + kestraNamespace + `, key: answer, type: STRING, value: ` + secretValue + `}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: script, namespace: default}
spec: {namespace: ` + kestraNamespace + `, filename: script.sh, content: ` + secretValue + `}
---
`

// referringManifest refers to a Secret, which the operator is not allowed to read.
const referringManifest = `apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: referring, namespace: default}
spec: {namespace: ` + kestraNamespace + `, key: referring, type: STRING, valueFrom: {secretKeyRef: {name: token, key: token}}}
`

// load has everything happen that metrics, logs and traces tell of.
func (w *world) load() {
	w.t.Helper()
	for _, step := range []func(*testing.T){w.applyGood, w.applyWrong, w.drift, w.loseKestra} {
		step(w.t)
	}
}

func (w *world) applyGood(t *testing.T) {
	t.Helper()
	w.eventually("the catalog is Kestra's own", func() error {
		return w.told(`kestra_operator_catalog_info{complete="true",kestra_version="1.3.25"}`)
	})
	manifests := otherManifests + flowManifest("reported", logTask, "  driftPolicy: Report\n")
	for i := range 5 {
		manifests += flowManifest(fmt.Sprintf("good-%d", i), logTask, "")
	}
	if output, err := w.apply(manifests); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	w.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "kestraflow,kestrakeyvalue,kestranamespacefile", "--all")
}

func (w *world) applyWrong(t *testing.T) {
	t.Helper()
	for range 3 {
		output, err := w.apply(flowManifest("misspelled", logTask+"g", ""), "--dry-run=server")
		if err == nil || !strings.Contains(output, "did you mean") {
			t.Fatalf("a misspelled type: %v, %s", err, output)
		}
	}
	output, err := w.apply(referringManifest)
	if err == nil || !strings.Contains(output, "reads no Secrets") {
		t.Fatalf("a reference to a Secret: %v, %s", err, output)
	}
}

// drift changes in Kestra what is put back, and what is only reported.
func (w *world) drift(*testing.T) {
	for _, id := range []string{"good-0", "reported"} {
		stored, _ := w.kestra.Flow(devkestra.DefaultTenant, kestraNamespace, id)
		w.kestra.PutFlow(devkestra.DefaultTenant, kestraNamespace, id, stored.Source+"description: changed by hand\n")
	}
	w.eventually("drift is repaired and reported", func() error {
		return errors.Join(
			w.told(`kestra_operator_drifts_total{action="repaired",kind="KestraFlow"} 1`),
			w.told(`kestra_operator_objects{kind="KestraFlow",ready="False",reason="Drifted"} 1`),
		)
	})
}

// loseKestra lets Kestra be away for a while in which flows are applied.
func (w *world) loseKestra(t *testing.T) {
	w.kestra.SetDown(true)
	for i := range 5 {
		output, err := w.apply(flowManifest(fmt.Sprintf("late-%d", i), logTask, ""))
		if err != nil || !strings.Contains(output, "could not be asked") {
			t.Fatalf("a flow while Kestra is away: %v, %s", err, output)
		}
	}
	w.eventually("the metrics tell that Kestra is away", func() error {
		return errors.Join(
			w.told(`kestra_operator_server_check_breaker_open 1`),
			w.told(`kestra_operator_server_up{state="unavailable"} 1`),
		)
	})
	w.kestra.SetDown(false)
	w.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "kestraflow/late-0", "kestraflow/late-4")
}
