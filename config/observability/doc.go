// Package observability holds what watches the operator: alerts for Prometheus and a dashboard for Grafana.
//
// alerts.yaml and dashboard.json are written by people; "go generate" makes prometheusrule.yaml of the first, and copies
// all of them to where the chart takes them from. Tests of what they say are in test/observability.
package observability

//go:generate go run ./distribute . ../../charts/kestra-operator/files
