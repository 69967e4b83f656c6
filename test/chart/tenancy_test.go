package chart

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// TestATeamReachesNothingOfAnother gives a user the chart's own role in one Kubernetes namespace, and has them try to reach
// what is another team's: its namespaces, its Secrets, its targets in Kestra.
func TestATeamReachesNothingOfAnother(t *testing.T) {
	plane := cluster.StartForTest(t)
	admin := newClient(t, plane.Config())
	for _, namespace := range []string{"kestra", "team-a", "team-b"} {
		createNamespace(t, admin, namespace)
	}
	server := kestra.Start(t, kestra.Options{})
	r := render(t, `
certificates: {mode: self-managed}
valueFrom: {enabled: true}
targetPolicy:
  rules:
    - {kubernetesNamespaces: [team-a], namespaces: [company.a, company.shared]}
    - {kubernetesNamespaces: [team-b], namespaces: [company.b, company.shared]}
configuration: {kestra: {url: '`+server.URL()+`', basicAuth: {enabled: true, value: '`+kestra.DefaultCredentials.Username+":"+kestra.DefaultCredentials.Password+`'}}}
`)
	install(t, admin, r)
	service := &corev1.Service{}
	get(t, admin, r.namespace, "r-kestra-operator-webhook", service)
	policy := filepath.Join(t.TempDir(), "policy.yaml") // what the kubelet would mount
	if err := os.WriteFile(policy, []byte(named[*corev1.ConfigMap](t, r, "r-kestra-operator-target-policy").Data["policy.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	operator := startOperator(t, plane, r, service.Spec.ClusterIP, "--target-policy="+policy)

	alice := newTeamMember(t, plane, admin, "alice", "team-a")
	theirs := flowOf("team-b", "theirs", "company.shared")
	create(t, admin, theirs)
	eventually(t, operator, "the other team's flow is in Kestra", func() bool {
		_, found := server.Flow("main", "company.shared", "theirs")
		return found
	})
	create(t, admin, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "s"}, StringData: map[string]string{"k": "S3cret"}})
	if err := alice.Create(t.Context(), flowOf("team-a", "mine", "company.a")); err != nil {
		t.Fatalf("a user cannot do what they may: %v", err)
	}

	t.Run("their Kubernetes namespace", func(t *testing.T) {
		expectForbidden(t, alice.Create(t.Context(), flowOf("team-b", "x", "company.b")))
		expectForbidden(t, alice.Delete(t.Context(), theirs))
	})
	t.Run("their namespace of Kestra", func(t *testing.T) {
		expectRefused(t, alice.Create(t.Context(), flowOf("team-a", "x", "company.b")), "policy")
	})
	t.Run("their target", func(t *testing.T) {
		expectRefused(t, alice.Create(t.Context(), flowOf("team-a", "theirs", "company.shared")), "team-b/theirs")
	})
	t.Run("a Secret that they may not read", func(t *testing.T) {
		expectRefused(t, alice.Create(t.Context(), &v1alpha1.KestraKeyValue{
			ObjectMeta: metav1.ObjectMeta{Namespace: "team-a", Name: "kv"},
			Spec: v1alpha1.KestraKeyValueSpec{Namespace: "company.a", Key: "kv", ValueFrom: &v1alpha1.ValueSource{
				SecretKeyRef: &v1alpha1.KeyReference{Name: "s", Key: "k"},
			}},
		}), "alice")
	})
	t.Run("under the name of another user", func(t *testing.T) {
		access, err := plane.AddUser("alice")
		if err != nil {
			t.Fatal(err)
		}
		access.Impersonate.UserName = "bob"
		expectForbidden(t, newClient(t, access).Create(t.Context(), flowOf("team-a", "x", "company.a")))
	})
	t.Run("by a status that claims it", func(t *testing.T) {
		claim := []byte(`{"status":{"target":{"namespace":"company.shared","name":"theirs","written":true}}}`)
		expectForbidden(t, alice.Status().Patch(t.Context(), flowOf("team-a", "mine", "company.a"), client.RawPatch(types.MergePatchType, claim)))
		mine := flowOf("team-a", "mine", "company.a")
		// A change of the object itself changes no status.
		if err := alice.Patch(t.Context(), mine, client.RawPatch(types.MergePatchType, claim)); err != nil {
			t.Fatal(err)
		}
		if err := alice.Delete(t.Context(), mine); err != nil {
			t.Fatal(err)
		}
		eventually(t, operator, "the object is gone", func() bool {
			return apierrors.IsNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(mine), mine))
		})
		if _, found := server.Flow("main", "company.shared", "theirs"); !found {
			t.Error("the other team's flow was deleted")
		}
	})
	t.Run("by an object that is made with a status and the operator's finalizer", func(t *testing.T) {
		forged := flowOf("team-a", "forged", "company.a")
		forged.Finalizers = []string{v1alpha1.Finalizer}
		forged.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: "now"}
		forged.Status.Target = &v1alpha1.TargetStatus{Tenant: "main", Namespace: "company.shared", Name: "theirs", Written: true}
		if err := alice.Create(t.Context(), forged); err != nil {
			t.Fatal(err)
		}
		if err := alice.Delete(t.Context(), forged); err != nil {
			t.Fatal(err)
		}
		eventually(t, operator, "the forged object is gone", func() bool {
			return apierrors.IsNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(forged), forged))
		})
		if _, found := server.Flow("main", "company.shared", "theirs"); !found {
			t.Error("the other team's flow was deleted")
		}
	})
	for _, write := range server.Writes() {
		if strings.Contains(write.Path, "company.b") {
			t.Errorf("%s %s", write.Method, write.Path)
		}
	}
}

// newTeamMember is a user with the chart's role of an editor in one namespace, and no other right.
func newTeamMember(t *testing.T, plane *cluster.ControlPlane, admin client.Client, name, namespace string) client.Client {
	t.Helper()
	create(t, admin, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "r-kestra-operator.kestra:editor"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
	})
	access, err := plane.AddUser(name)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, access)
}

func flowOf(kubernetesNamespace, id, namespace string) *v1alpha1.KestraFlow {
	flow := newFlow(kubernetesNamespace, id, "id: "+id+"\nnamespace: "+namespace+"\ntasks:\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: hi}\n")
	flow.Spec.Namespace = namespace
	return flow
}

// expectForbidden wants the API server's own refusal, by its roles.
func expectForbidden(t *testing.T, err error) {
	t.Helper()
	if !apierrors.IsForbidden(err) {
		t.Errorf("got %v, want it forbidden", err)
	}
}

// expectRefused wants the refusal of admission, which says why.
func expectRefused(t *testing.T, err error, why string) {
	t.Helper()
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "S3cret") {
		t.Errorf("got %v, want a refusal that names %s", err, why)
	}
}
