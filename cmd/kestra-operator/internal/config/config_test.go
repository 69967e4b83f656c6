package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// parse makes a Config from a command line, an environment and files.
func parse(t *testing.T, arguments []string, environment, files map[string]string) (Config, error) {
	t.Helper()
	var flags Flags
	set := pflag.NewFlagSet("run", pflag.ContinueOnError)
	flags.Bind(set)
	if err := set.Parse(arguments); err != nil {
		t.Fatalf("parse %q: %v", arguments, err)
	}
	return flags.Config(Environment{
		Getenv: func(name string) string { return environment[name] },
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
	})
}

func TestConfigFromFlagsAndEnvironment(t *testing.T) {
	type chosen struct {
		URL, User, Password, Key string
		Namespaces               []string
	}
	cases := map[string]struct {
		arguments          []string
		environment, files map[string]string
		want               chosen
	}{
		"the Enterprise operator's environment is understood": {
			environment: map[string]string{
				"KESTRA_API_URL": "http://kestra:8080", "KESTRA_API_BASIC_AUTH": "me@example.com:Pa:ss",
				"QUARKUS_OPERATOR_SDK_NAMESPACES": "a, b",
			},
			want: chosen{URL: "http://kestra:8080", User: "me@example.com", Password: "Pa:ss", Namespaces: []string{"a", "b"}},
		},
		"a flag wins over the environment": {
			arguments:   []string{"--kestra-url=http://flag:8080", "--watch-namespaces=x,y"},
			environment: map[string]string{"KESTRA_API_URL": "http://env:8080", "QUARKUS_OPERATOR_SDK_NAMESPACES": "a"},
			want:        chosen{URL: "http://flag:8080", Namespaces: []string{"x", "y"}},
		},
		"the Enterprise chart's dummy key is no key": {
			environment: map[string]string{
				"KESTRA_API_URL": "http://kestra:8080", "KESTRA_API_API_KEY": "[your-api-key]", "KESTRA_API_BASIC_AUTH": "u:p",
			},
			want: chosen{URL: "http://kestra:8080", User: "u", Password: "p"},
		},
		"a key is read from a file": {
			environment: map[string]string{"KESTRA_API_URL": "http://kestra:8080", "KESTRA_API_API_KEY_FILE": "/keys/kestra"},
			files:       map[string]string{"/keys/kestra": "k-1\n"},
			want:        chosen{URL: "http://kestra:8080", Key: "k-1"},
		},
		"the words for all namespaces and the own one are understood": {
			environment: map[string]string{"KESTRA_API_URL": "http://kestra:8080", "QUARKUS_OPERATOR_SDK_NAMESPACES": "JOSDK_WATCH_CURRENT"},
			want:        chosen{URL: "http://kestra:8080", Namespaces: []string{"operators"}},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			config, err := parse(t, append(test.arguments, "--namespace=operators"), test.environment, test.files)
			if err != nil {
				t.Fatal(err)
			}
			got := chosen{
				URL: config.Kestra.URL, User: config.Kestra.Username, Password: config.Kestra.Password.Reveal(),
				Key: config.Kestra.APIKey.Reveal(), Namespaces: config.WatchNamespaces,
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConfigRefuses(t *testing.T) {
	cases := map[string]struct {
		arguments   []string
		environment map[string]string
		want        string
	}{
		"no server":               {want: "no Kestra server: give --kestra-url or KESTRA_API_URL"},
		"credentials in the URL":  {arguments: []string{"--kestra-url=http://u:canary@kestra"}, want: "holds credentials"},
		"a broken URL":            {arguments: []string{"--kestra-url=http://u:canary@[kestra"}, want: "not a URL"},
		"another scheme":          {arguments: []string{"--kestra-url=kestra:8080"}, want: "want http:// or https://"},
		"two kinds of credential": {environment: map[string]string{"KESTRA_API_API_KEY": "canary", "KESTRA_API_BASIC_AUTH": "u:canary"}, want: "unset the one that is not meant"},
		"half a credential":       {environment: map[string]string{"KESTRA_API_BASIC_AUTH": "canary"}, want: "want user:password"},
		"a file that is not there": {environment: map[string]string{"KESTRA_API_API_KEY_FILE": "/none"},
			want: "KESTRA_API_API_KEY_FILE: file does not exist"},
		"an unknown label mode":           {arguments: []string{"--read-only-label=always"}, want: `--read-only-label: unknown`},
		"an unknown server check":         {arguments: []string{"--server-check=always"}, want: `"always": want required`},
		"a broken selector":               {arguments: []string{"--watch-selector=a in"}, want: "--watch-selector"},
		"a broken class":                  {arguments: []string{"--operator-class=not a label"}, want: "--operator-class"},
		"a policy that is not there":      {arguments: []string{"--target-policy=/none"}, want: "--target-policy: file does not exist"},
		"an unknown CRD mode":             {arguments: []string{"--crds=chart"}, want: `"chart": want operator or none`},
		"an unknown log level":            {arguments: []string{"--log-level=loud"}, want: `"loud": want debug`},
		"a log level that shows bodies":   {arguments: []string{"--log-level=-8"}, want: `"-8": want debug`},
		"an unknown log format":           {arguments: []string{"--log-format=xml"}, want: `"xml": want json or text`},
		"no interval":                     {arguments: []string{"--interval=0s"}, want: "want more than 0"},
		"no workers":                      {arguments: []string{"--concurrency=0"}, want: "want at least 1"},
		"no port":                         {arguments: []string{"--webhook-port=0"}, want: "want 1 to 65535"},
		"a name that cannot name objects": {arguments: []string{"--name=Not_A_Name"}, want: "--name \"Not_A_Name\": a lowercase"},
		"no name":                         {arguments: []string{"--name="}, want: "--name \"\""},
		"a shutdown in the past":          {arguments: []string{"--shutdown-delay=-1s"}, want: "want 0 or more"},
		"no own namespace":                {want: "give --namespace or POD_NAMESPACE"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, test.arguments, test.environment, nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want it to contain %q", err, test.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the error prints a credential: %v", err)
			}
		})
	}
}

func TestConfigListsEveryProblemAtOnce(t *testing.T) {
	_, err := parse(t, []string{"--crds=chart", "--log-format=xml", "--concurrency=0"}, nil, nil)
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || len(joined.Unwrap()) < 4 {
		t.Errorf("problems %v, want the three flags and the missing server", err)
	}
}

func TestConfigNeverPrintsASecret(t *testing.T) {
	config := Config{Kestra: Kestra{APIKey: "canary", Password: "canary"}}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", config, "key", config.Kestra.APIKey)
	encoded, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{
		fmt.Sprint(config), fmt.Sprintf("%+v %#v", config, config), fmt.Sprintf("%s %q %x %d", config.Kestra.APIKey, config.Kestra.APIKey, config.Kestra.APIKey, config.Kestra.APIKey),
		log.String(), string(encoded),
	}
	for _, text := range printed {
		if strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", "canary")) {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestConfigAdvice(t *testing.T) {
	config := Config{Kestra: Kestra{URL: "http://my-kestra:8081", APIKey: "key"}}
	if diff := cmp.Diff(1, len(config.Advice())); diff != "" {
		t.Fatal(diff)
	}
	if advice := config.Advice()[0]; !strings.Contains(advice, "management port") {
		t.Errorf("advice %q does not name the management port", advice)
	}
	config.Kestra.URL = "http://my-kestra:8080"
	if advice := config.Advice(); len(advice) != 0 {
		t.Errorf("advice without a cause: %q", advice)
	}
}

func TestOperatorsOfDifferentNamesShareNothingInTheirNamespace(t *testing.T) {
	names := func(name string) []string {
		c := Config{Name: name}
		return []string{c.LeaseName(), c.CatalogName(), c.HashKeyName()}
	}
	want := []string{"blue.model.kestra.io", "blue-catalog", "blue-hash-key"}
	if diff := cmp.Diff(want, names("blue")); diff != "" {
		t.Error(diff)
	}
	for i, name := range names("green") {
		if name == want[i] {
			t.Errorf("two operators share %q", name)
		}
	}
}

func TestSelectorKeepsOperatorsApart(t *testing.T) {
	cases := map[string]struct {
		config Config
		want   string
	}{
		"without a class, objects without one": {Config{}, "!kestra.io/operator-class"},
		"objects of the class":                 {Config{OperatorClass: "blue"}, "kestra.io/operator-class=blue"},
		"of the class and with the labels":     {Config{OperatorClass: "blue", WatchSelector: "team in (a,b)"}, "kestra.io/operator-class=blue,team in (a,b)"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			selector, err := test.config.Selector()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, selector.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPolicyIsReadFromItsFile(t *testing.T) {
	files := map[string]string{"/policy.yaml": "rules:\n- {kubernetesNamespaces: [a], namespaces: [company.a]}"}
	config, err := parse(t, []string{"--kestra-url=http://kestra", "--namespace=x", "--target-policy=/policy.yaml"}, nil, files)
	if err != nil {
		t.Fatal(err)
	}
	if err := config.Policy.Check("a", "main", "company.b"); err == nil {
		t.Error("the policy allows what it does not list")
	}
}
