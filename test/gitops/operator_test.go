package gitops

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const patience = 30 * time.Second

// startOperator runs the operator with a development Kestra until the test ends.
func startOperator(t *testing.T, arguments ...string) *kestra.Server {
	t.Helper()
	server := kestra.Start(t, kestra.Options{})
	operator, err := process.Start(t.Context(), process.Options{
		Binary: binary, Folder: t.TempDir(), Access: access, KestraURL: server.URL(),
		Environment: []string{process.BasicAuth(server.Credentials())},
		Arguments:   append([]string{"--interval=1s", "--log-format=text"}, arguments...),
	}, nil)
	if operator != nil {
		t.Cleanup(func() {
			if err := operator.Stop(); err != nil {
				t.Errorf("the operator ended with: %v", err)
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// namespaces counts those that were made.
var namespaces int

// newNamespace makes a Kubernetes namespace, whose name is that of a namespace in Kestra too.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespaces++
	name := fmt.Sprintf("gitops-%d", namespaces)
	if _, err := plane.Kubectl(t.Context(), "create", "namespace", name); err != nil {
		t.Fatal(err)
	}
	return name
}

// live reads an object by Kind/name.
func live(ctx context.Context, namespace, object string) (*unstructured.Unstructured, error) {
	text, err := plane.Kubectl(ctx, "get", "--namespace", namespace, strings.ToLower(object), "-o", "yaml", "--show-managed-fields")
	if err != nil {
		return nil, err
	}
	var u unstructured.Unstructured
	return &u, yaml.Unmarshal([]byte(text), &u.Object)
}

// awaitReason waits until the operator has seen the newest spec and says why an object is ready or not.
func awaitReason(t *testing.T, namespace, object, reason string) *unstructured.Unstructured {
	t.Helper()
	var last *unstructured.Unstructured
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		var err error
		if last, err = live(ctx, namespace, object); err != nil {
			return false, err
		}
		seen, _, _ := unstructured.NestedInt64(last.Object, "status", "observedGeneration")
		return readyReason(last) == reason && seen == last.GetGeneration(), nil
	})
	if err != nil {
		t.Fatalf("%s in %s is not %s: %v\n%v", object, namespace, reason, err, last)
	}
	return last
}

func readyReason(u *unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, c := range conditions {
		if condition, ok := c.(map[string]any); ok && condition["type"] == "Ready" {
			reason, _ := condition["reason"].(string)
			return reason
		}
	}
	return ""
}
