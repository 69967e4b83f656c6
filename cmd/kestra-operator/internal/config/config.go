package config

import (
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// CRDMode says who installs the custom resource definitions.
type CRDMode string

const (
	// CRDOperator lets the operator create and update them at start.
	CRDOperator CRDMode = "operator"
	// CRDNone leaves them to somebody else; the operator only waits for them.
	CRDNone CRDMode = "none"
)

// ServerCheck says whether admission asks Kestra itself about a flow.
type ServerCheck string

const (
	// ServerCheckRequired refuses a flow while Kestra cannot be asked.
	ServerCheckRequired ServerCheck = "required"
	// ServerCheckPreferred admits it with a warning; the reconciler asks again before it writes.
	ServerCheckPreferred ServerCheck = "preferred"
	// ServerCheckOff never asks.
	ServerCheckOff ServerCheck = "off"
)

// Config is everything that the command "run" can be told.
type Config struct {
	Kestra  Kestra
	Webhook Webhook

	// WatchNamespaces limits the operator to these Kubernetes namespaces; all of them when empty.
	WatchNamespaces []string
	// OperatorClass limits the operator to objects with this value of the label kestra.io/operator-class; to
	// objects without the label when empty.
	OperatorClass string
	// WatchSelector limits the operator to objects with these labels, such as "team=data"; all when empty.
	WatchSelector string
	// Policy says which Kubernetes namespaces may write what in Kestra; everything is allowed when nil.
	Policy *policy.Policy
	// ReadOnlyLabel is how the label "system.readOnly" gets into flows.
	ReadOnlyLabel flow.LabelMode
	// ServerCheck says whether admission asks Kestra itself about a flow that passed every other check.
	ServerCheck ServerCheck
	// References lets objects take values and contents from Secrets and ConfigMaps of their namespace.
	References bool
	// CRDs says who installs the custom resource definitions.
	CRDs CRDMode
	// Name of this operator in the names of what it keeps in its namespace, so that several can share one.
	Name string
	// Namespace the operator runs in: that of its lease, its Secrets and its saved catalog.
	Namespace string
	// LeaderElect makes one replica reconcile while the others stand by. Webhooks serve on all.
	LeaderElect bool
	// Interval between two looks at the same object in Kestra.
	Interval time.Duration
	// Concurrency is about how many objects of one kind Kestra is called at the same time.
	Concurrency int

	// ShutdownDelay is how long a replica that was told to stop goes on serving, not ready any more, while
	// those that call it take notice.
	ShutdownDelay time.Duration

	MetricsAddress string
	// MetricsSecure serves metrics over TLS, to whom the API server lets read them.
	MetricsSecure bool
	ProbeAddress  string
	// ProfileAddress serves profiles of the process, to whoever reaches it; nowhere when 0.
	ProfileAddress string
	LogLevel       zapcore.Level
	LogFormat      LogFormat
}

// LogFormat is how log lines are written.
type LogFormat string

const (
	// LogJSON writes one JSON object a line.
	LogJSON LogFormat = "json"
	// LogText writes lines for people.
	LogText LogFormat = "text"
)

// Kestra is the server that the operator keeps equal to the cluster, and how to be let in.
type Kestra struct {
	// URL of the API, without the path /api/v1.
	URL string
	// UIURL is where people see Kestra, for links in status; no links when empty.
	UIURL string
	// Version pins the Kestra line to judge for; asked from the server when empty.
	Version string
	// DefaultTenant of objects that name none.
	DefaultTenant string
	// APIKey is sent as a bearer token. At most one of APIKey and Username is set.
	APIKey Secret
	// Username and Password of HTTP basic authentication.
	Username string
	Password Secret
	// TLS is how the server is known, and how the operator is known to it.
	TLS TLS
	// Timeout of one call, its retries excluded; the client's own when 0.
	Timeout time.Duration
}

// Webhook is how admission is served.
type Webhook struct {
	// Host is the address that admission is served on; every address when empty.
	Host string
	Port int
	// CertDir holds tls.crt and tls.key.
	CertDir string
	// SelfManaged makes the operator its own certificate authority.
	SelfManaged bool
	// SecretName of the certificate, in Config.Namespace: the operator writes it to CertDir at once when it changes. In
	// self-managed mode the authority is in it too. Something else fills CertDir when empty.
	SecretName string
	// CertificateName is cert-manager's Certificate that the Secret comes from, in Config.Namespace; none when empty.
	CertificateName string
	// ServiceName that the API server calls, in Config.Namespace.
	ServiceName string
	// ExtraDNSNames that the self-managed certificate is also good for.
	ExtraDNSNames []string
	// ValidatingConfiguration and MutatingConfiguration are by which the API server calls. They get the self-managed
	// authority's certificate, and are looked at for what is wrong with them.
	ValidatingConfiguration string
	MutatingConfiguration   string
}
