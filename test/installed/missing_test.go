package installed

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// dependent calls a flow, reads a file and reads an entry, none of which exists.
const dependent = `
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: dependent}
spec:
  namespace: company.team
  id: dependent
  source: |
    id: dependent
    namespace: company.team
    tasks:
      - id: call
        type: io.kestra.plugin.core.flow.Subflow
        namespace: company.team
        flowId: flow
      - id: read
        type: io.kestra.plugin.core.log.Log
        message: "{{ read('a/b.txt') }} {{ kv('value') }}"
`

// Nothing is blocked by the order in which things are applied.
func TestWhatAFlowNeedsMayComeLater(t *testing.T) {
	i := install(t, cluster.StartForTest(t), filepath.Join(project, "config", "self-managed"), process.Namespace)
	if output := i.mustApply(dependent); !strings.Contains(output, "kestraflow.model.kestra.io/dependent created") {
		t.Errorf("kubectl says: %s", output)
	}
	i.kubectl("wait", "--for=condition=Ready", "--timeout=30s", "flow/dependent")
	revision := i.kubectl("get", "flow/dependent", "-o", "jsonpath={.status.revision}")

	i.mustApply(objects)
	i.kubectl("wait", "--for=condition=Ready", "--timeout=30s", "flow/flow", "kv/value", "nsfile/file", "flow/dependent")
	i.kubectl("delete", "flow/flow", "kv/value", "nsfile/file", "--timeout=30s")
	i.kubectl("wait", "--for=condition=Ready", "--timeout=30s", "flow/dependent")
	if got := i.kubectl("get", "flow/dependent", "-o", "jsonpath={.status.revision}"); got != revision {
		t.Errorf("the flow's revision is %s, want %s: nothing of it has changed", got, revision)
	}
}
