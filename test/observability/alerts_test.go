package observability

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const (
	alertsFile = "../../config/observability/alerts.yaml"
	ruleFile   = "../../config/observability/prometheusrule.yaml"
	alertTests = "testdata/alerts_test.yaml"
	guide      = "../../docs/guides/observing.md"
)

type alert struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type ruleGroups struct {
	Groups []struct {
		Name  string  `json:"name"`
		Rules []alert `json:"rules"`
	} `json:"groups"`
}

func readAlerts(t *testing.T) []alert {
	t.Helper()
	text, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file ruleGroups
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		t.Fatal(err)
	}
	var alerts []alert
	for _, group := range file.Groups {
		alerts = append(alerts, group.Rules...)
	}
	if len(alerts) < 10 {
		t.Fatalf("there are only %d alerts", len(alerts))
	}
	return alerts
}

func alertsByName(t *testing.T) map[string]alert {
	t.Helper()
	byName := map[string]alert{}
	for _, a := range readAlerts(t) {
		byName[a.Alert] = a
	}
	return byName
}

func TestEveryAlertSaysHowBadItIsAndWhatItMeans(t *testing.T) {
	for _, a := range readAlerts(t) {
		if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) {
			t.Errorf("%s has the severity %q", a.Alert, a.Labels["severity"])
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s lacks a summary or a description", a.Alert)
		}
	}
}

// The distributed rules link to a section of the guide, whose anchor is the alert's name in lower case.
func TestEveryAlertHasASectionInTheGuide(t *testing.T) {
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	sections := regexp.MustCompile(`(?m)^### (KestraOperator\w+)$`).FindAllStringSubmatch(string(page), -1)
	var described []string
	for _, section := range sections {
		described = append(described, section[1])
	}
	var wanted []string
	for _, a := range readAlerts(t) {
		wanted = append(wanted, a.Alert)
	}
	if !slices.Equal(described, wanted) {
		t.Errorf("%s describes %q, the alerts are %q", guide, described, wanted)
	}
	rule, err := os.ReadFile(ruleFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range wanted {
		if link := "runbook_url: https://github.com/kestra-operator/kestra-operator/blob/main/docs/guides/observing.md#" + strings.ToLower(name) + "\n"; !strings.Contains(string(rule), link) {
			t.Errorf("%s does not have %s", ruleFile, link)
		}
	}
}

func TestAlertsAndTheDashboardAskForMetricsThatThereAre(t *testing.T) {
	documented := documentedMetrics(t)
	known := func(name string) bool {
		for _, suffix := range []string{"", "_count", "_bucket", "_sum"} {
			if base, cut := strings.CutSuffix(name, suffix); cut && slices.Contains(documented, base) {
				return true
			}
		}
		return false
	}
	expressions := map[string]string{}
	for _, a := range readAlerts(t) {
		expressions[a.Alert] = a.Expr
	}
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			expressions[p.Title] += target.Expr + "\n"
		}
	}
	for of, expression := range expressions {
		for _, name := range regexp.MustCompile(prefix+`[a-z_]+`).FindAllString(expression, -1) {
			if !known(name) {
				t.Errorf("%s asks for %s, which is not on %s", of, name, metricsPage)
			}
		}
	}
}

// promtool runs Prometheus' own tool.
func promtool(t *testing.T, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), built(t, promtoolCommand), arguments...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
}

func TestAlertsAreGoodRules(t *testing.T) {
	promtool(t, "check", "rules", "--lint=all", "--lint-fatal", alertsFile)
}

func TestAlertsFireWhenTheyShould(t *testing.T) { promtool(t, "test", "rules", alertTests) }

// An alert that no test sees fire, and stay quiet, says nothing.
func TestEveryAlertIsTestedToFireAndToStayQuiet(t *testing.T) {
	text, err := os.ReadFile(filepath.FromSlash(alertTests))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Tests []struct {
			Cases []struct {
				Alert    string           `json:"alertname"`
				Expected []map[string]any `json:"exp_alerts"`
			} `json:"alert_rule_test"`
		} `json:"tests"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, c := range test.Cases {
			if len(c.Expected) > 0 {
				fires[c.Alert] = true
			} else {
				quiet[c.Alert] = true
			}
		}
	}
	for _, a := range readAlerts(t) {
		if !fires[a.Alert] || !quiet[a.Alert] {
			t.Errorf("%s: a test sees it fire: %t, stay quiet: %t", a.Alert, fires[a.Alert], quiet[a.Alert])
		}
	}
}
