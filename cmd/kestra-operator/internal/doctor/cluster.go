package doctor

import (
	"context"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
)

const (
	// oldestKubernetes evaluates the rules of the definitions and the match conditions of the webhooks.
	oldestKubernetes = "1.30.0"
	// maxSkew is how far clocks may be apart. A header tells whole seconds, and certificates are made valid from some
	// minutes ago.
	maxSkew = 30 * time.Second
	// dateTimeout bounds the call that asks for a date.
	dateTimeout = 10 * time.Second
)

// cluster looks at the API server. It is false when it does not answer, and nothing else can be told.
func (e *examination) cluster(ctx context.Context) bool {
	asked, err := discovery.NewDiscoveryClientForConfig(e.Access)
	if err != nil {
		e.add("cluster", Failed, "correct the kubeconfig, or choose another with --kubeconfig or --context", "the cluster cannot be asked: %v", err)
		return false
	}
	found, err := asked.ServerVersion()
	if err != nil {
		e.add("cluster", Failed, "check that \"kubectl version\" answers, and choose the cluster with --context", "the API server does not answer: %v", err)
		return false
	}
	served, err := version.ParseGeneric(found.GitVersion)
	switch {
	case err != nil:
		e.add("cluster", Skipped, "compare it with "+oldestKubernetes, "the API server calls its version %q", found.GitVersion)
	case served.LessThan(version.MustParseGeneric(oldestKubernetes)):
		e.add("cluster", Failed, "update Kubernetes to "+oldestKubernetes+" or newer", "Kubernetes is %s: older ones do not evaluate the rules of the definitions", found.GitVersion)
	default:
		e.ok("cluster", "Kubernetes %s", found.GitVersion)
	}
	if called, err := rest.HTTPClientFor(e.Access); err == nil {
		e.clock(ctx, called, asked.RESTClient().Get().AbsPath("/version").URL().String(), "the API server")
	}
	return true
}

// clock compares the local clock with that of a server, whatever it answers.
func (e *examination) clock(ctx context.Context, called *http.Client, address, whose string) {
	ctx, cancel := context.WithTimeout(ctx, dateTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return // the address was refused before, and that was said
	}
	response, err := called.Do(request)
	if err != nil {
		e.add("clock", Skipped, "see the other findings", "%s cannot be asked for its time", whose)
		return
	}
	defer func() { _ = response.Body.Close() }() // only the headers are of interest
	told, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		e.add("clock", Skipped, "compare the clocks yourself", "%s does not tell its time", whose)
		return
	}
	skew := e.Now().Sub(told).Round(time.Second)
	if skew.Abs() > maxSkew {
		e.add("clock", Warning, "synchronise the clocks (NTP): certificates, leases and times to live depend on them",
			"the clock here is %s away from that of %s", skew, whose)
		return
	}
	e.ok("clock", "the clock here and that of %s agree", whose)
}
