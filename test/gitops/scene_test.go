package gitops

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// scene is where a situation arises: a namespace of Kubernetes, and the one of the same name in Kestra.
type scene struct {
	server    *kestra.Server
	namespace string
	manifest  string
}

func (s scene) text() string { return strings.ReplaceAll(s.manifest, "NAMESPACE", s.namespace) }

func (s scene) objects(t *testing.T) []map[string]any { return objects(t, s.text()) }

func (s scene) apply(t *testing.T) {
	t.Helper()
	kubectl(t, s.text(), "apply", "--server-side", "--namespace", s.namespace, "-f", "-")
}

// kubectl runs kubectl, with an input when there is one.
func kubectl(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	command := plane.KubectlCommand(t.Context(), arguments...)
	if input != "" {
		command.Stdin = strings.NewReader(input)
	}
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %q: %v\n%s", arguments, err, output)
	}
	return string(output)
}

// put writes the flow hello in Kestra, as a person there would.
func (s scene) put(t *testing.T, method, message string) {
	t.Helper()
	path := "/flows"
	if method == http.MethodPut {
		path += "/" + s.namespace + "/hello"
	}
	source := "id: hello\nnamespace: " + s.namespace + "\ntasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: " + message + "\n"
	if status := s.request(t, method, path, strings.NewReader(source)); status != http.StatusOK {
		t.Fatalf("%s %s: status %d", method, path, status)
	}
}

// contend edits the flow in Kestra until the operator leaves it alone.
func (s scene) contend(t *testing.T) {
	t.Helper()
	awaitReason(t, s.namespace, "KestraFlow/hello", "Succeeded")
	err := wait.PollUntilContextTimeout(t.Context(), 300*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		s.put(t, http.MethodPut, "edited")
		object, err := live(ctx, s.namespace, "KestraFlow/hello")
		return err == nil && readyReason(object) == "ContendedTarget", err
	})
	if err != nil {
		t.Fatalf("the operator repairs for ever: %v", err)
	}
}

// looks compares what the tools make of the scene's object with what they should.
func (s scene) looks(t *testing.T, argo, flux string) {
	t.Helper()
	asked := request{Namespace: s.namespace, Objects: s.objects(t), Customizations: customizations(t)}
	for verb, want := range map[string]string{"argocd health": argo, "flux health": flux} {
		if got := ask(t, verb, asked)[0]; got.Result != want {
			t.Errorf("%s is %s (%s), want %s", verb, got.Result, got.Message, want)
		}
	}
}
