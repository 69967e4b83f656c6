package certificate_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/certificate"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane, Bare: true}.Main(m) }

func newClient(t *testing.T, access *rest.Config) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := certmanagerv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(access, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// installAPI installs the definition of Certificates that cert-manager's module ships.
func installAPI(t *testing.T) {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/cert-manager/cert-manager").Output()
	if err != nil {
		t.Fatalf("find cert-manager's module: %v", err)
	}
	definition := filepath.Join(strings.TrimSpace(string(folder)), "deploy", "crds", "cert-manager.io_certificates.yaml")
	if _, err := envtest.InstallCRDs(plane.Config(), envtest.CRDInstallOptions{Paths: []string{definition}, ErrorIfPathMissing: true}); err != nil {
		t.Fatal(err)
	}
}

var end = metav1.NewTime(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))

// statuses are what cert-manager writes, and what the operator makes of it.
var statuses = map[string]struct {
	status           certmanagerv1.CertificateStatus
	state            certificate.State
	problem, warning []string
}{
	"unseen": {state: certificate.Unseen, problem: []string{"has not looked at Certificate default/unseen", "is its controller running?"}},
	"issuing": {
		status:  status(condition("Ready", "False", "DoesNotExist", "Issuing certificate as Secret does not exist"), condition("Issuing", "True", "DoesNotExist", "Issuing certificate as Secret does not exist")),
		state:   certificate.NotReady,
		problem: []string{"Certificate default/issuing: DoesNotExist: Issuing certificate as Secret does not exist"},
	},
	"failed": {
		status:  status(condition("Ready", "False", "DoesNotExist", "no Secret"), condition("Issuing", "False", "Failed", "The certificate request has failed: issuer not found")),
		state:   certificate.NotReady,
		problem: []string{"no Secret; the latest attempt to issue it failed: The certificate request has failed: issuer not found"},
	},
	"ready": {status: status(condition("Ready", "True", "Ready", "Certificate is up to date")), state: certificate.Ready},
	"renewing": {
		status: status(condition("Ready", "True", "Ready", "Certificate is up to date"), condition("Issuing", "True", "Renewing", "Renewing certificate")),
		state:  certificate.Ready,
	},
	"ending": {
		status:  status(condition("Ready", "True", "Ready", "Certificate is up to date"), condition("Issuing", "False", "Failed", "issuer not found")),
		state:   certificate.Ready,
		warning: []string{"cannot renew Certificate default/ending", "ends at 2030-01-02T03:04:05Z", "issuer not found"},
	},
	"expired": {
		status:  status(condition("Ready", "False", "Expired", "Certificate expired")),
		state:   certificate.NotReady,
		problem: []string{"Expired: Certificate expired"},
	},
}

func status(conditions ...certmanagerv1.CertificateCondition) certmanagerv1.CertificateStatus {
	return certmanagerv1.CertificateStatus{Conditions: conditions, NotAfter: &end}
}

func condition(kind, status, reason, message string) certmanagerv1.CertificateCondition {
	return certmanagerv1.CertificateCondition{
		Type: certmanagerv1.CertificateConditionType(kind), Status: cmmeta.ConditionStatus(status), Reason: reason, Message: message,
	}
}

// The API comes in the middle of the test: a client that knew no such kind must find out.
func TestWhatCertManagerSaysOfACertificate(t *testing.T) {
	ctx, c := t.Context(), newClient(t, plane.Config())
	t.Run("a cluster without its API is no error", func(t *testing.T) {
		report := look(t, c, "any")
		if report.State != certificate.NoAPI || !strings.Contains(report.Problem(), "install cert-manager") {
			t.Errorf("got %s: %q", report.State, report.Problem())
		}
	})
	installAPI(t)
	t.Run("a Certificate that is not there is no error", func(t *testing.T) {
		report := look(t, c, "absent")
		if report.State != certificate.Missing || !strings.Contains(report.Problem(), "no Certificate default/absent") {
			t.Errorf("got %s: %q", report.State, report.Problem())
		}
	})
	for name, test := range statuses {
		t.Run(name, func(t *testing.T) {
			object := newCertificate(name)
			if err := c.Create(ctx, object); err != nil {
				t.Fatal(err)
			}
			object.Status = test.status
			if err := c.Status().Update(ctx, object); err != nil {
				t.Fatal(err)
			}
			report := look(t, c, name)
			if report.State != test.state {
				t.Errorf("state %s, want %s", report.State, test.state)
			}
			wantWords(t, "problem", report.Problem(), test.problem)
			wantWords(t, "warning", report.Warning(), test.warning)
		})
	}
	t.Run("a refusal is an error that names the Certificate", func(t *testing.T) {
		stranger, err := plane.AddUser("stranger")
		if err != nil {
			t.Fatal(err)
		}
		_, err = certificate.Look(ctx, newClient(t, stranger), client.ObjectKeyFromObject(newCertificate("ready")))
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "read Certificate default/ready") {
			t.Errorf("got %v", err)
		}
	})
}

func newCertificate(name string) *certmanagerv1.Certificate {
	return &certmanagerv1.Certificate{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec:       certmanagerv1.CertificateSpec{SecretName: name, DNSNames: []string{"a.b"}, IssuerRef: cmmeta.IssuerReference{Name: "i"}},
	}
}

func look(t *testing.T, c client.Client, name string) certificate.Report {
	t.Helper()
	report, err := certificate.Look(t.Context(), c, client.ObjectKeyFromObject(newCertificate(name)))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// wantWords checks that a text holds what is wanted, and is empty when nothing is.
func wantWords(t *testing.T, what, text string, want []string) {
	t.Helper()
	if len(want) == 0 && text != "" {
		t.Errorf("%s %q, want none", what, text)
	}
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("%s %q does not say %q", what, text, part)
		}
	}
}
