package process

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// Names of what an installation consists of.
const (
	Namespace         = "kestra-operator-system"
	Name              = "operator"
	Lease             = Name + ".model.kestra.io"
	CertificateSecret = "kestra-operator-webhook-cert"
	ServiceName       = "kestra-operator-webhook"
	Validating        = "kestra-operator-validating"
	Mutating          = "kestra-operator-mutating"
)

// Installation is what [Install] installs.
type Installation struct {
	Source    string   // the project's folder, where the manifests of the webhooks are
	Count     int      // of replicas
	Arguments []string // beyond those that every replica needs
	// BuildFlags are of go build, beside -race where the test looks for data races.
	BuildFlags []string
	// Environment returns what is in one replica's environment only, as KEY=value. It may be nil.
	Environment func(replica int) []string
}

// Install puts replicas into a cluster, which keep a Kestra equal to it, with an own certificate authority and a Service
// before them. They are not started.
func Install(t testing.TB, plane *cluster.ControlPlane, admin client.Client, kestra *devkestra.Server, i Installation) []*Replica {
	t.Helper()
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: Namespace, Name: ServiceName},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 443}}},
	}
	for _, obj := range []client.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Namespace}}, service} {
		if err := admin.Create(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := plane.Kubectl(t.Context(), "apply", "-f", i.Source+"/config/webhook/manifests.yaml"); err != nil {
		t.Fatal(err)
	}
	binary := build(t, i.BuildFlags)
	var replicas []*Replica
	for number := range i.Count {
		environment := append(os.Environ(), "KUBECONFIG="+plane.Kubeconfig(), BasicAuth(kestra.Credentials()))
		if i.Environment != nil {
			environment = append(environment, i.Environment(number)...)
		}
		replicas = append(replicas, NewReplica(t, binary, append([]string{
			"run", "--kestra-url=" + kestra.URL(), "--name=" + Name, "--namespace=" + Namespace,
			"--self-managed-certificates", "--certificate-secret=" + CertificateSecret, "--webhook-service=" + ServiceName,
			"--validating-webhook=" + Validating, "--mutating-webhook=" + Mutating,
			"--metrics-bind-address=0", "--shutdown-delay=500ms", "--log-level=debug",
		}, i.Arguments...), environment))
	}
	serve(t, service.Spec.ClusterIP+":443", replicas)
	return replicas
}

// build compiles the program to find data races when the test does.
func build(t testing.TB, flags []string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kestra-operator")
	if Raced {
		flags = append(slices.Clone(flags), "-race")
	}
	if err := Build(t.Context(), binary, flags...); err != nil {
		t.Fatal(err)
	}
	return binary
}
