package config

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"
	"go.uber.org/zap/zapcore"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Flags are the command line's part of a Config, bound to a flag set by Bind.
type Flags struct {
	config        Config
	readOnlyLabel string
	policyFile    string
	serverCheck   string
	crds          string
	logLevel      string
	logFormat     string
}

// Defaults of what a Config leaves open.
const (
	// DefaultInterval between two looks at the same object in Kestra.
	DefaultInterval = 10 * time.Minute
	// DefaultConcurrency per kind: a Kestra server creates about 50 flows a second on four connections, and
	// hardly more on sixteen.
	DefaultConcurrency = 4
	// DefaultName of an operator.
	DefaultName = "kestra-operator"
	// DefaultShutdownDelay is longer than Kubernetes usually takes to have every node leave a stopping pod out.
	DefaultShutdownDelay = 5 * time.Second
)

// Bind declares every flag of the command "run".
func (f *Flags) Bind(set *pflag.FlagSet) {
	f.bindKestra(set)
	f.bindWebhook(set)
	f.bindProcess(set)
}

func (f *Flags) bindKestra(set *pflag.FlagSet) {
	c := &f.config
	set.StringVar(&c.Kestra.URL, "kestra-url", "", "URL of the Kestra server's API, such as http://kestra:8080 (environment: "+envURL+")")
	set.StringVar(&c.Kestra.UIURL, "kestra-ui-url", "", "URL at which people see Kestra, for links in the status of flows; no links when empty")
	set.StringVar(&c.Kestra.Version, "kestra-version", "", "Kestra version to judge flows for, such as 1.3; asked from the server when empty")
	set.StringVar(&c.Kestra.TLS.CAFile, "kestra-ca-file", "", "file of the authorities to trust beside the system's when Kestra's URL is https (environment: "+envCAFile+")")
	set.StringVar(&c.Kestra.TLS.CertificateFile, "kestra-client-certificate", "", "file of the certificate to present to Kestra, read again for each connection (environment: "+envClientCertificateFile+")")
	set.StringVar(&c.Kestra.TLS.KeyFile, "kestra-client-key", "", "file of the key of --kestra-client-certificate (environment: "+envClientKeyFile+")")
	set.BoolVar(&c.Kestra.TLS.InsecureSkipVerify, "kestra-insecure-skip-verify", false, "accept any certificate of Kestra, and with it anybody in between (environment: "+envInsecureSkipVerify+")")
	set.DurationVar(&c.Kestra.Timeout, "kestra-timeout", 0, "time that one call of Kestra may take, "+kestra.DefaultTimeout.String()+" when 0 (environment: "+envTimeout+")")
	set.StringVar(&c.Kestra.DefaultTenant, "default-tenant", "main", "tenant of objects that name none")
	set.StringVar(&f.readOnlyLabel, "read-only-label", string(flow.LabelModeAuto), fmt.Sprintf("how the label %s gets into flows: one of %v", v1alpha1.LabelReadOnly, flow.LabelModes))
	set.StringVar(&f.serverCheck, "server-check", string(ServerCheckPreferred), "ask Kestra itself about a flow in admission: required, preferred (admit with a warning when it does not answer), off")
	set.BoolVar(&c.References, "value-from", false, "let objects take values and contents from Secrets and ConfigMaps of their namespace, which takes permission to read them")
	set.StringSliceVar(&c.WatchNamespaces, "watch-namespaces", nil, "Kubernetes namespaces to watch, all when empty (environment: "+envNamespaces+")")
	set.StringVar(&c.WatchSelector, "watch-selector", "", "label selector of the objects to keep, such as team=data; all when empty")
	set.StringVar(&c.OperatorClass, "operator-class", "", "keep the objects whose label "+v1alpha1.LabelOperatorClass+" has this value; those without the label when empty")
	set.StringVar(&f.policyFile, "target-policy", "", "file with rules of which Kubernetes namespaces may write what in Kestra; everything is allowed without it")
	set.DurationVar(&c.Interval, "interval", DefaultInterval, "time between two looks at the same object in Kestra")
	set.IntVar(&c.Concurrency, "concurrency", DefaultConcurrency, "objects of one kind that Kestra is called about at the same time")
}

func (f *Flags) bindWebhook(set *pflag.FlagSet) {
	w := &f.config.Webhook
	set.StringVar(&w.Host, "webhook-host", "", "address that serves admission; every address when empty")
	set.IntVar(&w.Port, "webhook-port", 9443, "port that serves admission")
	set.StringVar(&w.CertDir, "cert-dir", "/run/kestra-operator/certs", "folder of tls.crt and tls.key, reloaded when they change")
	set.BoolVar(&w.SelfManaged, "self-managed-certificates", false, "be an own certificate authority: keep it in a Secret, write the certificate to --cert-dir, inject the authority into the webhook configurations")
	set.StringVar(&w.SecretName, "certificate-secret", "", "Secret to copy the certificate from to --cert-dir, whenever it changes; something else fills that folder when empty. That of the self-managed authority (NAME-webhook-cert when empty)")
	set.StringVar(&w.CertificateName, "certificate", "", "Certificate of cert-manager that the Secret comes from, to tell why it does not; none when empty")
	set.StringVar(&w.ServiceName, "webhook-service", "kestra-operator-webhook", "Service that the API server calls for admission")
	set.StringSliceVar(&w.ExtraDNSNames, "webhook-dns-names", nil, "more names that the self-managed certificate is good for")
	set.StringVar(&w.ValidatingConfiguration, "validating-webhook", "kestra-operator-validating", "ValidatingWebhookConfiguration of this operator, which gets the self-managed authority")
	set.StringVar(&w.MutatingConfiguration, "mutating-webhook", "kestra-operator-mutating", "MutatingWebhookConfiguration of this operator, which gets the self-managed authority")
}

func (f *Flags) bindProcess(set *pflag.FlagSet) {
	c := &f.config
	set.StringVar(&f.crds, "crds", string(CRDOperator), "who installs the custom resource definitions: operator, none")
	set.StringVar(&c.Name, "name", DefaultName, "first part of the names of the operator's lease, hash key and saved catalog, so that several operators can share a namespace")
	set.StringVar(&c.Namespace, "namespace", "", "namespace of the operator's lease, Secrets and saved catalog (environment: "+envPodNamespace+"; the service account's otherwise)")
	set.BoolVar(&c.LeaderElect, "leader-elect", true, "let one replica reconcile while the others stand by")
	set.StringVar(&c.MetricsAddress, "metrics-bind-address", ":9090", "address that serves /metrics; 0 turns it off")
	set.BoolVar(&c.MetricsSecure, "metrics-secure", false, "serve /metrics over TLS, and only to callers whose token may get /metrics in the cluster")
	set.StringVar(&c.ProbeAddress, "health-probe-bind-address", ":8080", "address that serves /healthz and /readyz")
	set.StringVar(&c.ProfileAddress, "pprof-bind-address", "0", "address that serves profiles of the process under /debug/pprof/, to whoever reaches it: 127.0.0.1:6060 is reached by kubectl port-forward; 0 turns it off")
	set.DurationVar(&c.ShutdownDelay, "shutdown-delay", DefaultShutdownDelay, "how long to go on serving after being told to stop, not ready any more, while callers turn to other replicas")
	set.StringVar(&f.logLevel, "log-level", "info", "least severe level that is logged: debug, info, warn, error")
	set.StringVar(&f.logFormat, "log-format", string(LogJSON), "how log lines are written: json, text")
}

// Config joins the flags with the environment, which gives what no flag said, and checks the whole.
// The error lists everything that is wrong.
func (f *Flags) Config(environment Environment) (Config, error) {
	c := f.config
	problems := environment.apply(&c)
	mode, err := flow.ParseLabelMode(f.readOnlyLabel)
	if err != nil {
		problems = append(problems, fmt.Errorf("--read-only-label: %w", err))
	}
	c.ReadOnlyLabel = mode
	if f.policyFile != "" {
		if c.Policy, err = environment.policy(f.policyFile); err != nil {
			problems = append(problems, fmt.Errorf("--target-policy: %w", err))
		}
	}
	if level, err := zapcore.ParseLevel(f.logLevel); err != nil {
		problems = append(problems, fmt.Errorf("--log-level %q: want debug, info, warn or error", f.logLevel))
	} else {
		c.LogLevel = level
	}
	if c.Webhook.SelfManaged && c.Webhook.SecretName == "" {
		c.Webhook.SecretName = c.Name + "-webhook-cert"
	}
	c.ServerCheck, c.CRDs, c.LogFormat = ServerCheck(f.serverCheck), CRDMode(f.crds), LogFormat(f.logFormat)
	return c, join(append(problems, c.check()...))
}
