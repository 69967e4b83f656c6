package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	"github.com/go-logr/logr/funcr"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// servedBy configures an operator to take cert-manager's certificate.
func servedBy(c *config.Config) {
	c.Webhook.SelfManaged = false
	c.Webhook.CertificateName, c.Webhook.SecretName = "kestra-operator-webhook", "kestra-operator-webhook-cert"
}

// said asks a readiness check, which must not hold yet, why.
func (r running) said(t *testing.T, check string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.config.ProbeAddress+"/readyz/"+check, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (r running) saysSoon(t *testing.T, check, want string) {
	t.Helper()
	eventually(t, "the check "+check+" says "+want, func() error {
		if said := r.said(t, check); !strings.Contains(said, want) {
			return fmt.Errorf("it says %q", said)
		}
		return nil
	})
}

// The story of an installation with cert-manager, in which one thing after the other is missing. Readiness names it.
func TestReadinessSaysWhyNothingCanBeServed(t *testing.T) {
	w := newWorld(t)
	operator := w.begin(t, w.install(t), servedBy)
	operator.saysSoon(t, "certificate", "does not serve cert-manager's API")

	w.installCertManagerAPI(t)
	operator.saysSoon(t, "certificate", "there is no Certificate "+namespace+"/kestra-operator-webhook")

	w.createCertificate(t)
	operator.saysSoon(t, "certificate", "DoesNotExist: Issuing certificate; the latest attempt to issue it failed: issuer not found")

	bundle := w.createServedSecret(t, "kestra-operator-webhook-cert")
	operator.saysSoon(t, "certificate", "ok")
	operator.saysSoon(t, "trust", "nothing has written the certificate authority into webhook")

	another, _, _ := issued(t, "kestra-operator-webhook."+namespace+".svc")
	w.inject(t, another)
	operator.saysSoon(t, "trust", "does not trust the authority of the certificate that is served")

	w.inject(t, bundle)
	operator.saysSoon(t, "trust", "ok")
	operator.awaitReady(t)
	err := w.client.Create(t.Context(), newFlow("bad", "id: other\nnamespace: company.team\n"))
	if err == nil || !strings.Contains(err.Error(), "admission webhook") {
		t.Errorf("got %v, want a refusal by the webhook", err)
	}
}

// installCertManagerAPI installs the definition of Certificates.
func (w world) installCertManagerAPI(t *testing.T) {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/cert-manager/cert-manager").Output()
	if err != nil {
		t.Fatalf("find cert-manager's module: %v", err)
	}
	definition := filepath.Join(strings.TrimSpace(string(folder)), "deploy", "crds", "cert-manager.io_certificates.yaml")
	if _, err := envtest.InstallCRDs(w.plane.Config(), envtest.CRDInstallOptions{Paths: []string{definition}, ErrorIfPathMissing: true}); err != nil {
		t.Fatal(err)
	}
}

// createCertificate makes the operator's Certificate, of which cert-manager says that it cannot be issued.
func (w world) createCertificate(t *testing.T) {
	t.Helper()
	certificate := &certmanagerv1.Certificate{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "kestra-operator-webhook"},
		Spec: certmanagerv1.CertificateSpec{
			SecretName: "kestra-operator-webhook-cert", DNSNames: []string{"a.b"}, IssuerRef: cmmeta.IssuerReference{Name: "missing"},
		},
	}
	if err := w.client.Create(t.Context(), certificate); err != nil {
		t.Fatal(err)
	}
	certificate.Status.Conditions = []certmanagerv1.CertificateCondition{
		{Type: certmanagerv1.CertificateConditionReady, Status: cmmeta.ConditionFalse, Reason: "DoesNotExist", Message: "Issuing certificate"},
		{Type: certmanagerv1.CertificateConditionIssuing, Status: cmmeta.ConditionFalse, Reason: "Failed", Message: "issuer not found"},
	}
	if err := w.client.Status().Update(t.Context(), certificate); err != nil {
		t.Fatal(err)
	}
}

// createServedSecret makes the Secret that cert-manager would, and returns the authority that signed what is in it.
func (w world) createServedSecret(t *testing.T, name string) (bundle []byte) {
	t.Helper()
	bundle, certificate, key := issued(t, "kestra-operator-webhook."+namespace+".svc")
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Type:       corev1.SecretTypeTLS,
		Data:       map[string][]byte{corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key},
	}
	if err := w.client.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	return bundle
}

// inject writes a CA bundle into both webhook configurations.
func (w world) inject(t *testing.T, bundle []byte) {
	t.Helper()
	var validating admissionregistrationv1.ValidatingWebhookConfiguration
	var mutating admissionregistrationv1.MutatingWebhookConfiguration
	for name, object := range map[string]client.Object{"kestra-operator-validating": &validating, "kestra-operator-mutating": &mutating} {
		if err := w.client.Get(t.Context(), client.ObjectKey{Name: name}, object); err != nil {
			t.Fatal(err)
		}
	}
	for i := range validating.Webhooks {
		validating.Webhooks[i].ClientConfig.CABundle = bundle
	}
	for i := range mutating.Webhooks {
		mutating.Webhooks[i].ClientConfig.CABundle = bundle
	}
	for _, object := range []client.Object{&validating, &mutating} {
		if err := w.client.Update(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}

// notes collects what is logged.
type notes struct {
	mutex sync.Mutex
	lines []string
}

func (n *notes) context(ctx context.Context) context.Context {
	return log.IntoContext(ctx, funcr.New(func(prefix, line string) {
		n.mutex.Lock()
		defer n.mutex.Unlock()
		n.lines = append(n.lines, prefix+" "+line)
	}, funcr.Options{}))
}

func (n *notes) all() []string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return append([]string{}, n.lines...)
}

func TestATroubleIsLoggedWhenItComesAndWhenItGoes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var logged notes
	answers := [][]string{{"a"}, {"a"}, {"a", "b"}, {"b"}, nil}
	l := &lookout{name: "test", look: func(context.Context) ([]string, time.Duration) {
		if len(answers) == 0 {
			cancel()
			return nil, time.Hour
		}
		next := answers[0]
		answers = answers[1:]
		return next, time.Millisecond
	}}
	if err := l.Start(logged.context(ctx)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range logged.all() {
		for _, event := range []string{"Something is wrong", "Found wrong no more"} {
			if strings.Contains(line, event) {
				got = append(got, event+": "+line[strings.Index(line, `"trouble"=`)+len(`"trouble"=`):])
			}
		}
	}
	want := `[Something is wrong: "a" Something is wrong: "b" Found wrong no more: "a" Found wrong no more: "b"]`
	if fmt.Sprint(got) != want {
		t.Errorf("logged %v, want %s", got, want)
	}
}

// What is looked at on the API server while everything serves.
func TestTroublesOfAnInstallationThatServes(t *testing.T) {
	w := newWorld(t)
	w.install(t)
	if err := installCRDs(t.Context(), w.client); err != nil {
		t.Fatal(err)
	}
	if err := awaitCRDs(t.Context(), w.client); err != nil {
		t.Fatal(err)
	}
	recorder := events.NewFakeRecorder(maxTraceEvents * 2)
	wrong := &troubles{
		reader: w.client, serving: &certificate{folder: t.TempDir()}, recorder: recorder,
		config: config.Config{Namespace: namespace, Webhook: config.Webhook{ValidatingConfiguration: "kestra-operator-validating", MutatingConfiguration: "kestra-operator-mutating"}},
	}
	t.Run("nothing is wrong at first", func(t *testing.T) {
		for _, look := range []func(context.Context) ([]string, time.Duration){wrong.conditions, wrong.otherOperators(time.Now)} {
			if got, _ := look(t.Context()); len(got) > 0 {
				t.Errorf("found %q", got)
			}
		}
	})
	t.Run("match conditions that were dropped are missed", func(t *testing.T) {
		patch := client.RawPatch(types.JSONPatchType, []byte(`[{"op":"remove","path":"/webhooks/0/matchConditions"}]`))
		object := &admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "kestra-operator-mutating"}}
		if err := w.client.Patch(t.Context(), object, patch); err != nil {
			t.Fatal(err)
		}
		if got, _ := wrong.conditions(t.Context()); len(got) != 1 || !strings.Contains(got[0], "MutatingWebhookConfiguration kestra-operator-mutating has no match conditions") {
			t.Errorf("found %q", got)
		}
	})
	t.Run("the Enterprise operator beside this one is told of, in an event too", func(t *testing.T) {
		flow := newFlow("disputed", goodSource)
		flow.Finalizers = []string{v1alpha1.Finalizer, "kestraflows.model.kestra.io/finalizer"}
		// No webhook runs here.
		for _, object := range []client.Object{
			&admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "kestra-operator-mutating"}},
			&admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "kestra-operator-validating"}},
		} {
			if err := w.client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, "the flow is stored", func() error { return w.client.Create(t.Context(), flow) })
		got, _ := wrong.otherOperators(time.Now)(t.Context())
		if len(got) != 1 || !strings.Contains(got[0], "back on KestraFlow default/disputed") {
			t.Errorf("found %q", got)
		}
		select {
		case event := <-recorder.Events:
			if !strings.Contains(event, corev1.EventTypeWarning+" "+reasonAnotherOperator) {
				t.Errorf("the event is %q", event)
			}
		default:
			t.Error("no event")
		}
	})
	t.Run("what may not be looked at is no trouble", func(t *testing.T) {
		access, err := w.plane.AddUser("nobody")
		if err != nil {
			t.Fatal(err)
		}
		powerless, err := client.New(access, client.Options{Scheme: w.client.Scheme()})
		if err != nil {
			t.Fatal(err)
		}
		limited := *wrong
		limited.reader = powerless
		for _, look := range []func(context.Context) ([]string, time.Duration){limited.conditions, limited.otherOperators(time.Now)} {
			if got, _ := look(t.Context()); len(got) > 0 {
				t.Errorf("found %q", got)
			}
		}
		unseen := &trust{reader: powerless, config: wrong.config.Webhook, serving: wrong.serving}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := unseen.check(request); err != nil {
			t.Errorf("not ready: %v", err)
		}
		if err := wrong.serving.check(nil); !errors.Is(err, errNoCertificate) {
			t.Error(err)
		}
	})
}
