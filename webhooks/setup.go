package webhooks

import (
	"context"
	"errors"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// defaultServerCheckTimeout leaves time to answer within the timeout of the webhook configuration.
const defaultServerCheckTimeout = 3 * time.Second

// Options for the webhooks of every kind. Optional collaborators may be nil; their check is then left out.
type Options struct {
	// Catalog returns what the target Kestra can run, or nil for the newest embedded catalog. Called for
	// each flow; must be fast and safe for concurrent use. Required.
	Catalog func() *flow.Catalog
	// ReadOnlyLabel says what is done about the label that keeps a flow read-only in Kestra. Empty means
	// flow.LabelModeAuto.
	ReadOnlyLabel flow.LabelMode

	// ServerCheck asks Kestra itself about a flow that passed every other check, or that failed only in what
	// Kestra knows better than the catalog.
	ServerCheck ServerChecker
	// ServerCheckRequired refuses a flow while Kestra cannot be asked; otherwise that is a warning.
	ServerCheckRequired bool
	// ServerCheckTimeout bounds one question to Kestra; 0 means 3 seconds. A question never takes more than half
	// of the time that the API server waits for the webhook.
	ServerCheckTimeout time.Duration
	// CatalogOutdated is called when Kestra takes a flow that the catalog speaks against. Must not block.
	CatalogOutdated func()

	// Targets knows which objects already keep which targets in Kestra.
	Targets TargetIndex
	// Access decides whether the requester may read a Secret or ConfigMap that an object refers to. Without it, no
	// object may refer to any.
	Access AccessReviewer
	// TargetPolicy returns an error when objects of a Kubernetes namespace may not write to a namespace of
	// a Kestra tenant. The error says what is allowed.
	TargetPolicy func(kubernetesNamespace, tenant, namespace string) error
}

// ServerChecker asks the Kestra server what it makes of a flow.
type ServerChecker interface {
	// CheckFlow returns the server's findings on a source, none when it accepts it. The error says that the
	// server could not be asked; it holds no credentials.
	CheckFlow(ctx context.Context, tenant string, source []byte) ([]flow.Finding, error)
}

// SetupWithManager registers the handlers of every kind at the manager's webhook server, on the paths that the
// webhook configurations name.
func SetupWithManager(mgr manager.Manager, options Options) error {
	if options.Catalog == nil {
		return errors.New("set up webhooks: no catalog was given")
	}
	if options.ReadOnlyLabel == "" {
		options.ReadOnlyLabel = flow.LabelModeAuto
	}
	if options.ServerCheckTimeout == 0 {
		options.ServerCheckTimeout = defaultServerCheckTimeout
	}
	for _, setup := range []func(manager.Manager, Options){setupFlow, setupKeyValue, setupNamespaceFile} {
		setup(mgr, options)
	}
	return nil
}
