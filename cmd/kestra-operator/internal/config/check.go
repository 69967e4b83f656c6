package config

import (
	"fmt"
	"net/url"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// ManagementPort is where Kestra serves health and metrics; the Enterprise chart's default URL names it by mistake.
const ManagementPort = "8081"

// check returns everything that is wrong with the configuration.
func (c Config) check() []error {
	var problems []error
	refuse := func(format string, arguments ...any) { problems = append(problems, fmt.Errorf(format, arguments...)) }

	if err := checkURL(c.Kestra.URL); err != nil {
		problems = append(problems, err)
	}
	if c.ServerCheck != ServerCheckRequired && c.ServerCheck != ServerCheckPreferred && c.ServerCheck != ServerCheckOff {
		refuse("--server-check %q: want required, preferred or off", c.ServerCheck)
	}
	if c.CRDs != CRDOperator && c.CRDs != CRDNone {
		refuse("--crds %q: want operator or none", c.CRDs)
	}
	if c.LogFormat != LogJSON && c.LogFormat != LogText {
		refuse("--log-format %q: want json or text", c.LogFormat)
	}
	if _, err := c.Selector(); err != nil {
		problems = append(problems, err)
	}
	if c.Interval <= 0 {
		refuse("--interval %s: want more than 0", c.Interval)
	}
	if c.Concurrency < 1 {
		refuse("--concurrency %d: want at least 1", c.Concurrency)
	}
	if c.Webhook.Port < 1 || c.Webhook.Port > 65535 {
		refuse("--webhook-port %d: want 1 to 65535", c.Webhook.Port)
	}
	if c.ShutdownDelay < 0 {
		refuse("--shutdown-delay %s: want 0 or more", c.ShutdownDelay)
	}
	for _, problem := range validation.IsDNS1123Subdomain(c.LeaseName()) {
		refuse("--name %q: %s", c.Name, problem)
	}
	if c.Namespace == "" {
		refuse("the operator's own namespace is unknown: give --namespace or %s", envPodNamespace)
	}
	return problems
}

func checkURL(text string) error {
	if text == "" {
		return fmt.Errorf("no Kestra server: give --kestra-url or %s", envURL)
	}
	parsed, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("--kestra-url: not a URL, want one like http://kestra:8080") // the cause would quote a password
	}
	if parsed.User != nil {
		return fmt.Errorf("--kestra-url holds credentials: take them out and set %s", envBasicAuth)
	}
	if (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return fmt.Errorf("--kestra-url %q: want http:// or https:// and a host", text)
	}
	return nil
}

// Advice returns what is allowed but likely a mistake, in words for a log.
func (c Config) Advice() []string {
	var advice []string
	if parsed, err := url.Parse(c.Kestra.URL); err == nil && parsed.Port() == ManagementPort {
		advice = append(advice, "the Kestra URL names port 8081, which is Kestra's management port (health and metrics): the API is on port 8080 unless it was moved")
	}
	if c.Kestra.TLS.InsecureSkipVerify {
		advice = append(advice, "certificates of Kestra are not verified: whoever can stand in between reads the credentials and every flow")
	}
	if c.ReadOnlyLabel == flow.LabelModeOff {
		advice = append(advice, "the read-only label is off: people can edit managed flows in Kestra's editor, and the operator will put them back")
	}
	if c.Kestra.APIKey == "" && c.Kestra.Username == "" {
		advice = append(advice, fmt.Sprintf("no credentials for Kestra: set %s (user:password) or %s unless the server lets everybody in", envBasicAuth, envAPIKey))
	}
	return advice
}
