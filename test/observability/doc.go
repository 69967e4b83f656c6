// Package observability tests what people and machines see of a running operator: metrics, alerts, the dashboard, logs
// and traces.
//
// The operator's own program runs behind a real API server and a development Kestra, under a load in which everything
// happens that metrics tell of. Prometheus and promtool are built from their Go module, which takes minutes the first
// time; where that fails, what needs them is skipped, and fails in continuous integration. It holds tests only.
package observability
