package bench

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"gomodules.xyz/jsonpatch/v2"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/test/process"
)

// emptyWebhooksVariable makes this test binary serve webhooks that allow everything, on the address that it holds: the
// floor of admission, in a process of its own as the operator is, and on the same server of controller-runtime.
const emptyWebhooksVariable = "BENCH_EMPTY_WEBHOOKS"

// certificatesVariable is where such a process finds its certificate.
const certificatesVariable = "BENCH_CERTIFICATES"

// sideLabel on a namespace says whose webhooks are asked about its objects.
const sideLabel = "bench"

const (
	mutatePath   = "/mutate-model-kestra-io-v1alpha1-kestraflow"
	validatePath = "/validate-model-kestra-io-v1alpha1-kestraflow"
	// patching is put before the paths of webhooks of which the first changes the object, always in the same way: the
	// floor for whoever sets a label.
	patching = "/patching"
)

func serveEmptyWebhooks(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{Host: host, Port: number, CertDir: os.Getenv(certificatesVariable)})
	allow := admission.HandlerFunc(func(context.Context, admission.Request) admission.Response { return admission.Allowed("") })
	change := admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
		return admission.Patched("", jsonpatch.NewOperation("add", "/metadata/annotations", map[string]string{"bench": "patched"}))
	})
	for path, handler := range map[string]admission.Handler{
		mutatePath: allow, validatePath: allow, patching + mutatePath: change, patching + validatePath: allow,
	} {
		server.Register(path, &admission.Webhook{Handler: handler})
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	server.Register("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return server.Start(ctx)
}

// startEmptyWebhooks serves the floor, and returns where.
func startEmptyWebhooks(b testing.TB) string {
	b.Helper()
	address := process.FreeAddress(b)
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), emptyWebhooksVariable+"="+address, certificatesVariable+"="+serving(b).folder)
	start(b, command).await(b, "a connection", func(ctx context.Context) error {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return connection.Close()
	})
	return address
}

// emptyWebhookMetrics are those of the process that serves the floor.
func emptyWebhookMetrics(b testing.TB, address string) metrics {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // on this machine
	return readMetrics(b, client, "https://"+address+"/metrics")
}

// register makes the API server ask an address about flows in the namespaces with a label bench of that name, by the
// same configurations that an installation has. They go with the benchmark.
func register(b testing.TB, name, address string) {
	b.Helper()
	clients, err := kubernetes.NewForConfig(plane.Config())
	if err != nil {
		b.Fatal(err)
	}
	mutating, validating := manifests(b)
	mutating.Name, validating.Name = name, name
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{sideLabel: name}}
	for i := range mutating.Webhooks {
		w := &mutating.Webhooks[i]
		w.NamespaceSelector, w.ClientConfig = selector, reach(b, address, w.ClientConfig)
	}
	for i := range validating.Webhooks {
		w := &validating.Webhooks[i]
		w.NamespaceSelector, w.ClientConfig = selector, reach(b, address, w.ClientConfig)
	}
	registration := clients.AdmissionregistrationV1()
	if _, err := registration.MutatingWebhookConfigurations().Create(b.Context(), mutating, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
	if _, err := registration.ValidatingWebhookConfigurations().Create(b.Context(), validating, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx := context.Background()
		if err := errors.Join(
			registration.MutatingWebhookConfigurations().Delete(ctx, name, metav1.DeleteOptions{}),
			registration.ValidatingWebhookConfigurations().Delete(ctx, name, metav1.DeleteOptions{}),
		); err != nil {
			b.Error(err)
		}
	})
}

// reach turns the path of a Service into that of an address.
func reach(b testing.TB, address string, config admissionregistrationv1.WebhookClientConfig) admissionregistrationv1.WebhookClientConfig {
	url := "https://" + address + *config.Service.Path
	return admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: serving(b).bundle}
}

// manifests are the configurations of an installation.
func manifests(b testing.TB) (*admissionregistrationv1.MutatingWebhookConfiguration, *admissionregistrationv1.ValidatingWebhookConfiguration) {
	b.Helper()
	text, err := os.ReadFile("../../config/webhook/manifests.yaml")
	if err != nil {
		b.Fatal(err)
	}
	_, parts, _ := strings.Cut(string(text), "---\n")
	first, second, found := strings.Cut(parts, "---\n")
	mutating, validating := &admissionregistrationv1.MutatingWebhookConfiguration{}, &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := errors.Join(yaml.UnmarshalStrict([]byte(first), mutating), yaml.UnmarshalStrict([]byte(second), validating)); err != nil || !found {
		b.Fatalf("read the webhook configurations: %v", err)
	}
	return mutating, validating
}
