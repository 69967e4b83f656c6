package operator

import (
	"net/http"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// probeTimeout bounds what a slow client can hold on to.
const probeTimeout = 10 * time.Second

// probeServer answers the kubelet, on the usual paths and on those of Kestra's Enterprise operator, which
// existing values files may name.
func probeServer(address string, ready map[string]healthz.Checker) *manager.Server {
	alive := &healthz.Handler{Checks: map[string]healthz.Checker{"ping": healthz.Ping}}
	readiness := &healthz.Handler{Checks: ready}
	mux := http.NewServeMux()
	for path, handler := range map[string]http.Handler{
		"/healthz":          alive,
		"/q/health/live":    alive,
		"/q/health/started": alive,
		"/readyz":           readiness,
		"/q/health/ready":   readiness,
	} {
		mux.Handle(path, http.StripPrefix(path, handler))
		mux.Handle(path+"/", http.StripPrefix(path, handler))
	}
	timeout := probeTimeout
	return &manager.Server{
		Name:            "probes",
		Server:          &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: probeTimeout},
		ShutdownTimeout: &timeout,
	}
}
