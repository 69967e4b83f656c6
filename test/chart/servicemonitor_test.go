package chart

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var serviceMonitorKind = schema.GroupVersionKind{Group: "monitoring.coreos.com", Version: "v1", Kind: "ServiceMonitor"}

// serviceMonitor holds the fields of the Prometheus operator's type that the chart may use, so that any other is a
// strict decoding's error without that operator as a dependency.
type serviceMonitor struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec struct {
		Selector  metav1.LabelSelector `json:"selector"`
		Endpoints []struct {
			Port              string           `json:"port"`
			Interval          string           `json:"interval,omitempty"`
			ScrapeTimeout     string           `json:"scrapeTimeout,omitempty"`
			Relabelings       []map[string]any `json:"relabelings,omitempty"`
			Scheme            string           `json:"scheme,omitempty"`
			BearerTokenFile   string           `json:"bearerTokenFile,omitempty"`
			TLSConfig         *tlsConfig       `json:"tlsConfig,omitempty"`
			MetricRelabelings []map[string]any `json:"metricRelabelings,omitempty"`
		} `json:"endpoints"`
	} `json:"spec"`
}

type tlsConfig struct {
	ServerName         string `json:"serverName,omitempty"`
	InsecureSkipVerify bool   `json:"insecureSkipVerify,omitempty"`
	CA                 struct {
		Secret corev1.SecretKeySelector `json:"secret"`
	} `json:"ca,omitzero"`
}

func (m *serviceMonitor) DeepCopyObject() runtime.Object {
	clone := *m
	return &clone
}
