package cluster_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/cert"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

func TestAWebhookBehindAServiceIsReachedAtItsClusterIP(t *testing.T) {
	t.Parallel()
	plane := cluster.StartForTest(t)
	client := clientFor(t, plane.Config())
	service, err := client.CoreV1().Services("default").Create(t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "webhook"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 9443}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	authority := serveRefusals(t, net.JoinHostPort(service.Spec.ClusterIP, "9443"), "webhook.default.svc")
	refuseConfigMaps(t, client, authority)
	eventually(t, "a ConfigMap is refused", func(ctx context.Context) error {
		_, err := client.CoreV1().ConfigMaps("default").Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "x"}}, metav1.CreateOptions{})
		if err == nil {
			return errors.New("it was admitted")
		}
		if !strings.Contains(err.Error(), "refused by the test") {
			return fmt.Errorf("not refused: %w", err)
		}
		return nil
	})
}

// serveRefusals serves a webhook that refuses everything and returns the authority
// of its certificate.
func serveRefusals(t *testing.T, address, host string) (authority []byte) {
	t.Helper()
	certificate, key, err := cert.GenerateSelfSignedCertKey(host, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(&admission.Webhook{Handler: admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
		return admission.Denied("refused by the test")
	})})
	_ = server.Listener.Close()
	server.Listener = listener
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return certificate
}

func refuseConfigMaps(t *testing.T, client kubernetes.Interface, authority []byte) {
	t.Helper()
	_, err := client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(t.Context(), &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "refuse"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name:                    "refuse.example.com",
			AdmissionReviewVersions: []string{admissionv1.SchemeGroupVersion.Version},
			SideEffects:             ptr.To(admissionregistrationv1.SideEffectClassNone),
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				CABundle: authority,
				Service:  &admissionregistrationv1.ServiceReference{Namespace: "default", Name: "webhook", Port: ptr.To(int32(9443))},
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
			}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}
