package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
)

// Names in the environment. The first four and envNamespaces are those of Kestra's Enterprise operator; a
// name with the suffix "_FILE" gives a file that holds the value.
const (
	envURL          = "KESTRA_API_URL"
	envAPIKey       = "KESTRA_API_API_KEY"
	envBasicAuth    = "KESTRA_API_BASIC_AUTH"
	envNamespaces   = "QUARKUS_OPERATOR_SDK_NAMESPACES"
	envPodNamespace = "POD_NAMESPACE"
	fileSuffix      = "_FILE"

	envCAFile                = "KESTRA_API_CA_FILE"
	envClientCertificateFile = "KESTRA_API_CLIENT_CERTIFICATE_FILE"
	envClientKeyFile         = "KESTRA_API_CLIENT_KEY_FILE"
	envInsecureSkipVerify    = "KESTRA_API_INSECURE_SKIP_VERIFY"
	envTimeout               = "KESTRA_API_TIMEOUT"
)

// Words that the Enterprise operator's list of namespaces may hold instead of names.
const (
	allNamespaces    = "JOSDK_ALL_NAMESPACES"
	currentNamespace = "JOSDK_WATCH_CURRENT"
)

// serviceAccountNamespace is where Kubernetes tells a pod its own namespace.
const serviceAccountNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// Environment is where a Config is completed from.
type Environment struct {
	Getenv   func(string) string
	ReadFile func(string) ([]byte, error)
}

// ProcessEnvironment is the environment of this process.
func ProcessEnvironment() Environment {
	return Environment{Getenv: os.Getenv, ReadFile: os.ReadFile}
}

func (e Environment) apply(c *Config) []error {
	if c.Kestra.URL == "" {
		c.Kestra.URL = e.Getenv(envURL)
	}
	if c.Namespace == "" {
		c.Namespace = e.ownNamespace()
	}
	if len(c.WatchNamespaces) == 0 {
		c.WatchNamespaces = e.watchNamespaces(c.Namespace)
	}
	return e.Access(&c.Kestra)
}

func (e Environment) ownNamespace() string {
	if name := e.Getenv(envPodNamespace); name != "" {
		return name
	}
	name, err := e.ReadFile(serviceAccountNamespace)
	if err != nil {
		return "" // not in a pod: check asks for --namespace where it matters
	}
	return strings.TrimSpace(string(name))
}

func (e Environment) watchNamespaces(own string) []string {
	var names []string
	for name := range strings.SplitSeq(e.Getenv(envNamespaces), ",") {
		switch name = strings.TrimSpace(name); name {
		case "":
		case allNamespaces:
			return nil
		case currentNamespace:
			names = append(names, own)
		default:
			names = append(names, name)
		}
	}
	return names
}

// Access reads what lets the operator into Kestra: its credentials, and how the connection is made. The error is about
// all that is wrong.
func (e Environment) Access(k *Kestra) []error { return append(e.credentials(k), e.client(k)) }

// credentials takes the dummy values that the Enterprise chart renders by default for absent ones.
func (e Environment) credentials(k *Kestra) []error {
	key, keyErr := e.secret(envAPIKey)
	basic, basicErr := e.secret(envBasicAuth)
	problems := []error{keyErr, basicErr}
	if key != "" && basic != "" {
		return append(problems, fmt.Errorf("both %s and %s are set: unset the one that is not meant", envAPIKey, envBasicAuth))
	}
	k.APIKey = Secret(key)
	if basic == "" {
		return problems
	}
	user, password, found := strings.Cut(basic, ":")
	if !found || user == "" || password == "" {
		return append(problems, fmt.Errorf("%s: want user:password", envBasicAuth))
	}
	k.Username, k.Password = user, Secret(password)
	return problems
}

func (e Environment) secret(name string) (string, error) {
	value := e.Getenv(name)
	if path := e.Getenv(name + fileSuffix); value == "" && path != "" {
		content, err := e.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("%s%s: %w", name, fileSuffix, err)
		}
		value = string(content)
	}
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "[your-") && strings.HasSuffix(value, "]") {
		return "", nil
	}
	return value, nil
}

// policy reads the rules of which Kubernetes namespaces may write what.
func (e Environment) policy(file string) (*policy.Policy, error) {
	text, err := e.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return parsed, nil
}

func join(problems []error) error { return errors.Join(problems...) }
