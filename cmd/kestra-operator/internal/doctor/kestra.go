package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/catalog"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// kestra looks at the server from here, and at what the operators know of it.
func (e *examination) kestra(ctx context.Context) {
	for _, i := range e.installations {
		e.known(ctx, i)
	}
	if e.Kestra == nil {
		e.add("kestra", Skipped, "give --server with the credentials in the environment, or run this in the operator's pod: kubectl exec … -- /kestra-operator kubectl doctor --server URL",
			"no Kestra server was named, so it is not asked from here")
		return
	}
	if parsed, err := url.Parse(e.KestraURL); err == nil && parsed.Port() == config.ManagementPort {
		e.add("kestra-url", Warning, "use the port of the API, 8080 unless it was moved", "the URL names port 8081, Kestra's management port (health and metrics)")
	}
	server, err := e.Kestra.Server(ctx)
	if err != nil {
		e.add("kestra", Failed, "check the URL (the API is on port 8080, not 8081), and that Kestra can be reached from here", "Kestra does not answer: %v", err)
		return
	}
	e.credentials(ctx)
	if server.Assumed {
		e.add("kestra", Skipped, "correct the credentials first: Kestra 2.0 tells its version only to who is logged in", "Kestra does not tell its version")
	} else {
		e.version("from here", server.Version)
	}
	e.clock(ctx, http.DefaultClient, strings.TrimRight(e.KestraURL, "/")+"/api/v1/configs", "Kestra")
}

// credentials lists one flow, which takes credentials on every server that has users.
func (e *examination) credentials(ctx context.Context) {
	for _, err := range e.Kestra.Flows(ctx, e.Tenant) {
		switch {
		case kestra.IsUnauthorized(err):
			e.add("credentials", Failed, "set KESTRA_API_BASIC_AUTH=user:password, or KESTRA_API_API_KEY for the Enterprise Edition; the user must be allowed to read flows of tenant "+e.Tenant,
				"Kestra does not accept the credentials: %v", err)
			return
		case err != nil:
			e.add("credentials", Failed, "check the tenant (--default-tenant), and that the URL is that of Kestra's API", "flows cannot be listed: %v", err)
			return
		}
		break // one is enough
	}
	e.ok("credentials", "Kestra accepts them, for tenant %s", e.Tenant)
}

// known tells which version an operator has last seen: its leader saves it with the catalog.
func (e *examination) known(ctx context.Context, i installation) {
	if i.config.Name == "" || i.config.Kestra.Version != "" {
		return // it is told, not asked
	}
	var saved corev1.ConfigMap
	key := client.ObjectKey{Namespace: i.config.Namespace, Name: i.config.CatalogName()}
	if err := e.Cluster.Get(ctx, key, &saved); err != nil {
		e.skip("kestra", "what "+i.String()+" knows of Kestra (ConfigMap "+key.String()+")", err)
		return
	}
	if version := saved.Annotations[catalog.AnnotationVersion]; version != "" {
		e.version("by "+i.String(), version)
	}
}

// version judges a version of Kestra.
func (e *examination) version(seen, version string) {
	known, err := flow.Embedded(version)
	if err != nil {
		e.add("kestra", Warning, "see which versions are tested: kestra-operator schema --help", "Kestra %s, seen %s: %v", version, seen, err)
	} else {
		e.ok("kestra", "Kestra %s, seen %s, is judged by the rules of %s", version, seen, known.Version())
	}
	for _, found := range lacking(version) {
		e.add("vulnerabilities", Failed, "update Kestra to "+strings.TrimPrefix(found.fixed[len(found.fixed)-1], "v")+" or newer (of the line 1.0: "+strings.TrimPrefix(found.fixed[0], "v")+"); see "+found.source,
			"Kestra %s, seen %s, lacks the fix of %s: %s", version, seen, found.name, found.what)
	}
}
