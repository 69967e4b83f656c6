package chart

import (
	"strings"
	"testing"
)

func TestNotesSayWhatToDoNext(t *testing.T) {
	got := notes(t, "watchNamespaces: [team-a]")
	for _, want := range []string{
		"kubectl --namespace kestra rollout status deployment/r-kestra-operator",
		"helm test r --namespace kestra",
		"kubectl get flow hello --namespace team-a",
		"the namespaces team-a.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestTheNotesFlowIsTheReleasesOwn(t *testing.T) {
	got := notes(t, "{operatorClass: blue, watchSelector: {matchLabels: {team: data}}}")
	if want := "    labels:\n      kestra.io/operator-class: blue\n      team: data\n"; !strings.Contains(got, want) {
		t.Errorf("no %q in:\n%s", want, got)
	}
}

func TestNotesDiagnose(t *testing.T) {
	const credentials = "operator: {apiKey: k}\n"
	for name, test := range map[string]struct {
		values string
		want   string // empty: nothing is said
	}{
		"nothing where all is well":          {"configuration: {kestra: {apiKey: {fromSecret: {name: s, key: k}}}}", ""},
		"the management port":                {"configuration: {kestra: {url: 'http://k:8081'}}", "names port 8081. That is Kestra's management port"},
		"the management port with a path":    {"configuration: {kestra: {url: 'http://k:8081/kestra'}}", "names port 8081"},
		"the Java image":                     {"image: {repository: registry.kestra.io/docker/kestra-operator}", "It was ignored, with its tag; the release runs kestra-operator/kestra-operator:0.1.0."},
		"no credentials":                     {"", "the values hold no credentials for Kestra"},
		"placeholders":                       {"configuration: {kestra: {apiKey: {value: '[your-api-key]'}}}", "the values hold no credentials for Kestra"},
		"clear text":                         {credentials, "a credential stands in the values in clear text"},
		"basic auth that is not enabled":     {"configuration: {kestra: {basicAuth: {value: 'u:p'}}}", "configuration.kestra.basicAuth is given and not used: its enabled is false"},
		"two credentials":                    {"configuration: {kestra: {apiKey: {value: k}, basicAuth: {enabled: true, value: 'u:p'}}}", "an API key and basicAuth are both given: the API key is used"},
		"one replica":                        {"replicaCount: 1", "with one replica, changes of flows are refused while it is away"},
		"a Secret whose authority is secret": {"certificates: {mode: secret, secret: {name: s}}", "certificates.secret.caBundle is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := notes(t, test.values)
			if test.want == "" && (strings.Contains(got, "NOTE:") || strings.Contains(got, "WARNING:")) {
				t.Errorf("a note although all is well:\n%s", got)
			}
			if !strings.Contains(strings.ReplaceAll(got, "\n", " "), test.want) {
				t.Errorf("no %q in:\n%s", test.want, got)
			}
			if strings.Contains(got, "u:p") {
				t.Errorf("a credential is printed:\n%s", got)
			}
		})
	}
}
