package chart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

func TestMetricsAreFoundByPrometheus(t *testing.T) {
	r := render(t, "metrics: {serviceMonitor: {enabled: true, labels: {release: prometheus}, interval: 30s, scrapeTimeout: 5s, relabelings: [{action: keep}], metricRelabelings: [{action: drop}]}}")
	monitor := only[*serviceMonitor](t, r)
	if monitor.Labels["release"] != "prometheus" {
		t.Errorf("labels are %q", monitor.Labels)
	}
	service := named[*corev1.Service](t, r, "r-kestra-operator-metrics")
	for label, value := range monitor.Spec.Selector.MatchLabels {
		if service.Labels[label] != value {
			t.Errorf("the Service's label %s is %q, selected by %q", label, service.Labels[label], value)
		}
	}
	endpoint := monitor.Spec.Endpoints[0]
	if endpoint.Port != service.Spec.Ports[0].Name || endpoint.Interval != "30s" || endpoint.ScrapeTimeout != "5s" {
		t.Errorf("endpoint is %+v", endpoint)
	}
	if diff := cmp.Diff([]map[string]any{{"action": "keep"}}, endpoint.Relabelings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]map[string]any{{"action": "drop"}}, endpoint.MetricRelabelings); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutMetricsNothingServesThem(t *testing.T) {
	r := render(t, "metrics: {enabled: false, serviceMonitor: {enabled: true}}")
	if n := len(all[*serviceMonitor](r)); n != 0 {
		t.Errorf("%d ServiceMonitors", n)
	}
	if diff := cmp.Diff([]string{"r-kestra-operator-webhook"}, names(all[*corev1.Service](r))); diff != "" {
		t.Error(diff)
	}
	for _, port := range container(t, r).Ports {
		if port.Name == "metrics" {
			t.Error("the container still has a port for metrics")
		}
	}
}

func TestSecureMetricsAreServedAndScrapedWithTheWebhooksCertificate(t *testing.T) {
	for name, test := range map[string]struct {
		configuration string
		want          *tlsConfig
	}{
		"by cert-manager":       {"{}", &tlsConfig{ServerName: "r-kestra-operator-webhook.kestra.svc"}},
		"trusting on one's own": {"{insecureSkipVerify: true}", &tlsConfig{InsecureSkipVerify: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, "metrics: {serviceMonitor: {enabled: true, tlsConfig: "+test.configuration+"}}")
			if test.want.ServerName != "" {
				test.want.CA.Secret.Name, test.want.CA.Secret.Key = argument(t, r, "--certificate-secret"), "ca.crt"
			}
			endpoint := only[*serviceMonitor](t, r).Spec.Endpoints[0]
			if endpoint.Scheme != "https" || endpoint.BearerTokenFile == "" {
				t.Errorf("endpoint is %+v", endpoint)
			}
			if diff := cmp.Diff(test.want, endpoint.TLSConfig); diff != "" {
				t.Error(diff)
			}
			reader := named[*rbacv1.ClusterRole](t, r, "r-kestra-operator.kestra:metrics-reader")
			if diff := cmp.Diff([]rbacv1.PolicyRule{{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}}, reader.Rules); diff != "" {
				t.Error(diff)
			}
		})
	}
}
