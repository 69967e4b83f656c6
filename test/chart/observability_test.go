package chart

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func TestAlertsReachPrometheusAsTheyAre(t *testing.T) {
	r := render(t, "metrics: {prometheusRule: {enabled: true, labels: {release: prometheus}}}")
	rule := only[*prometheusRule](t, r)
	if rule.Labels["release"] != "prometheus" {
		t.Errorf("labels are %q", rule.Labels)
	}
	text, err := os.ReadFile(filepath.Join(chartFolder, "files", "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var want ruleFile
	if err := yaml.UnmarshalStrict(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rule.Spec); diff != "" {
		t.Errorf("the alerts of the release (-want +got):\n%s", diff)
	}
}

func TestTheDashboardReachesGrafanaAsItIs(t *testing.T) {
	r := render(t, "metrics: {dashboard: {enabled: true, annotations: {grafana_folder: Kestra}}}")
	configMap := named[*corev1.ConfigMap](t, r, "r-kestra-operator-dashboard")
	if configMap.Labels["grafana_dashboard"] != "1" || configMap.Annotations["grafana_folder"] != "Kestra" {
		t.Errorf("labels are %q, annotations %q", configMap.Labels, configMap.Annotations)
	}
	source, err := os.ReadFile(filepath.Join(chartFolder, "files", "dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(source, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(configMap.Data["kestra-operator.json"]), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the dashboard of the release (-want +got):\n%s", diff)
	}
}

func TestWithoutMetricsNothingWatchesThem(t *testing.T) {
	r := render(t, "metrics: {enabled: false, prometheusRule: {enabled: true}, dashboard: {enabled: true}}")
	if n := len(all[*prometheusRule](r)); n != 0 {
		t.Errorf("%d PrometheusRules", n)
	}
	for _, configMap := range all[*corev1.ConfigMap](r) {
		if configMap.Name == "r-kestra-operator-dashboard" {
			t.Error("there is a dashboard")
		}
	}
}

func TestTracesAreSentWhereTheValuesSay(t *testing.T) {
	const name = "OTEL_EXPORTER_OTLP_ENDPOINT"
	if got, found := variables(t, render(t, ""))[name]; found {
		t.Errorf("without an endpoint %s is %+v", name, got)
	}
	got := variables(t, render(t, "tracing: {endpoint: 'http://collector:4318', ratio: 0.25, headers: {fromSecret: {name: collector}}}"))
	for name, want := range map[string]corev1.EnvVar{
		name:                      {Value: "http://collector:4318"},
		"OTEL_TRACES_SAMPLER":     {Value: "parentbased_traceidratio"},
		"OTEL_TRACES_SAMPLER_ARG": {Value: "0.25"},
		"OTEL_EXPORTER_OTLP_HEADERS": {ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "collector"}, Key: "headers",
		}}},
	} {
		want.Name = name
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// variables are those of the operator's container, by name.
func variables(t *testing.T, r rendering) map[string]corev1.EnvVar {
	t.Helper()
	byName := map[string]corev1.EnvVar{}
	for _, variable := range container(t, r).Env {
		byName[variable.Name] = variable
	}
	return byName
}
