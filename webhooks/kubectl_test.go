package webhooks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

// kubectlApply applies a flow with that source; the error holds what kubectl printed.
func kubectlApply(t *testing.T, namespace, source string, options ...string) error {
	t.Helper()
	command := plane.KubectlCommand(t.Context(), append([]string{"apply", "-n", namespace, "-f", "-"}, options...)...)
	command.Stdin = strings.NewReader(`
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: hello}
spec:
  namespace: company.team
  id: hello
  source: |
    ` + strings.ReplaceAll(source, "\n", "\n    "))
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}

func TestKubectlPrintsEachFindingOnALine(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	u := newUser(t, plane.Config())
	err := kubectlApply(t, newNamespace(t, u), badSource)
	if err == nil {
		t.Fatal("kubectl applied a bad flow")
	}
	if n := strings.Count(err.Error(), "\n* spec.source: Invalid value: line "); n < 2 {
		t.Errorf("kubectl prints %d findings on lines of their own, want both:\n%v", n, err)
	}
}
