package teams

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

const (
	team       = "team-data" // the Kubernetes namespace and the group of the sample
	ownerLabel = "example.com/owner"
	patience   = 30 * time.Second
)

// install applies the sample and waits until its policies are in force.
func install(t *testing.T) client.Client {
	t.Helper()
	for _, file := range []string{"samples/teams/team.yaml", "samples/teams/kestra_namespaces.yaml", "samples/teams/owner_label.yaml", "rbac/users.yaml"} {
		apply(t, filepath.Join("../../config", file))
	}
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "both policies are in force", func(ctx context.Context) (bool, error) {
		ownerless := flowIn("company.data")
		ownerless.Labels = nil
		// One mistake each: the API server tells of one policy only.
		return refusedWith(c.Create(ctx, ownerless, client.DryRunAll), "example.com/owner") &&
			refusedWith(c.Create(ctx, flowIn("someone.else"), client.DryRunAll), "may write the Kestra namespace"), nil
	})
	return c
}

// apply reads the file itself, so that a result is not taken from the cache of go test when the file has changed.
func apply(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	command := plane.KubectlCommand(t.Context(), "apply", "--server-side", "-f", "-")
	command.Stdin = bytes.NewReader(text)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("apply %s: %v\n%s", file, err, output)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition wait.ConditionWithContextFunc) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, patience, true, condition); err != nil {
		t.Fatalf("wait until %s: %v", what, err)
	}
}

func refusedWith(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text)
}

// flowIn is a flow of the team, with an owner, for a namespace of Kestra.
func flowIn(kestraNamespace string) *v1alpha1.KestraFlow {
	return &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: team, GenerateName: "flow-", Labels: map[string]string{ownerLabel: "data"}},
		Spec: v1alpha1.KestraFlowSpec{
			Namespace: kestraNamespace, ID: "report",
			Source: "id: report\nnamespace: " + kestraNamespace + "\ntasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: a\n",
		},
	}
}

func TestATeamWritesItsOwnPartOfKestraOnly(t *testing.T) {
	c := install(t)
	for kestraNamespace, refused := range map[string]bool{
		"company.data":         false,
		"company.data.reports": false,
		"company.database":     true, // begins alike, and is another namespace
		"company":              true,
		"company.web":          true,
	} {
		t.Run(kestraNamespace, func(t *testing.T) {
			err := c.Create(t.Context(), flowIn(kestraNamespace), client.DryRunAll)
			if got := refusedWith(err, `may write the Kestra namespace company.data and those below it, not `+kestraNamespace); got != refused {
				t.Errorf("refused: %t, want %t (%v)", got, refused, err)
			}
			if !refused && err != nil {
				t.Errorf("a flow of the team's own is refused: %v", err)
			}
			value := &v1alpha1.KestraKeyValue{ObjectMeta: metav1.ObjectMeta{Namespace: team, GenerateName: "value-"}}
			value.Spec.Namespace, value.Spec.Key = kestraNamespace, "region"
			if got := c.Create(t.Context(), value, client.DryRunAll) != nil; got != refused {
				t.Errorf("a key-value is refused: %t, want %t", got, refused)
			}
		})
	}
}

func TestANamespaceWithoutTheLabelIsNotBound(t *testing.T) {
	c := install(t)
	free := flowIn("anything")
	free.Namespace = corev1.NamespaceDefault
	if err := c.Create(t.Context(), free, client.DryRunAll); err != nil {
		t.Error(err)
	}
}

func TestAFlowWithoutAnOwnerIsRefused(t *testing.T) {
	c := install(t)
	orphan := flowIn("company.data")
	orphan.Labels = nil
	err := c.Create(t.Context(), orphan, client.DryRunAll)
	if !refusedWith(err, "say in the label example.com/owner whom to ask about this flow") {
		t.Errorf("got %v, want a refusal that asks for an owner", err)
	}
}

// What was stored before a policy came, or before a namespace's label changed, must stay possible to let go.
func TestAPolicyTrapsNothing(t *testing.T) {
	c := install(t)
	stored := flowIn("company.data")
	stored.Finalizers = []string{"model.kestra.io/operator"}
	if err := c.Create(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	relabel(t, c, "company.web")
	defer relabel(t, c, "company.data")
	eventually(t, "the new label is in force", func(ctx context.Context) (bool, error) {
		return refusedWith(c.Create(ctx, flowIn("company.data"), client.DryRunAll), "company.web"), nil
	})
	stored.Labels = nil // breaks the other policy too
	if err := c.Update(t.Context(), stored); err != nil {
		t.Errorf("metadata cannot be changed: %v", err)
	}
	stored.Status.Revision = 1
	if err := c.Status().Update(t.Context(), stored); err != nil {
		t.Errorf("the status cannot be written: %v", err)
	}
	if err := c.Delete(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	if err := c.Patch(t.Context(), stored, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Errorf("the finalizer cannot be taken off: %v", err)
	}
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(stored), stored); !apierrors.IsNotFound(err) {
		t.Errorf("the object is still there: %v", err)
	}
}

func relabel(t *testing.T, c client.Client, kestraNamespace string) {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: team}}
	patch := `{"metadata":{"labels":{"example.com/kestra-namespace":"` + kestraNamespace + `"}}}`
	if err := c.Patch(t.Context(), namespace, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Error(err)
	}
}

// Kubernetes adds the operator's roles to view, edit and admin; here the role is bound by its own name, since that is
// the work of a controller that does not run.
func TestTheRoleOfATeamEndsAtItsNamespace(t *testing.T) {
	c := install(t)
	if _, err := plane.Kubectl(t.Context(), "create", "rolebinding", "kestra-editors", "--namespace", team,
		"--clusterrole", "kestra-operator-editor", "--group", team); err != nil {
		t.Fatal(err)
	}
	config, err := plane.AddUser("ada", team)
	if err != nil {
		t.Fatal(err)
	}
	ada, err := client.New(config, client.Options{Scheme: suite.Scheme(), Mapper: c.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	if err := ada.Create(t.Context(), flowIn("company.data"), client.DryRunAll); err != nil {
		t.Errorf("in the team's namespace: %v", err)
	}
	elsewhere := flowIn("company.data")
	elsewhere.Namespace = corev1.NamespaceDefault
	if err := ada.Create(t.Context(), elsewhere, client.DryRunAll); !apierrors.IsForbidden(err) {
		t.Errorf("in another namespace: got %v, want Forbidden", err)
	}
}
