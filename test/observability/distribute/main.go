// Command distribute writes what is made of the alerts and the dashboard: the PrometheusRule beside them, with a link
// to the runbook in each alert, and the files that the chart takes its own from.
//
// It takes the folder with alerts.yaml and dashboard.json, and the chart's folder of files.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	alertsFile     = "alerts.yaml"
	dashboardFile  = "dashboard.json"
	ruleFile       = "prometheusrule.yaml"
	generatedFirst = "# Written by make generate from alerts.yaml.\n"
	// runbooks is the page with a section for each alert, whose anchor is the alert's name in lower case.
	runbooks = "https://github.com/kestra-operator/kestra-operator/blob/main/docs/guides/observing.md#"
)

// ruleHead stands before the groups of the PrometheusRule, which are indented by two spaces.
const ruleHead = generatedFirst + `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: kestra-operator
spec:
`

//go:generate go run . ../../../config/observability ../../../charts/kestra-operator/files

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: distribute FOLDER CHART-FILES")
		os.Exit(2)
	}
	if err := distribute(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "distribute:", err)
		os.Exit(1)
	}
}

func distribute(folder, chart string) error {
	files, err := made(folder, chart)
	if err != nil {
		return err
	}
	for path, content := range files {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// made returns what is distributed, by path.
func made(folder, chart string) (map[string][]byte, error) {
	alerts, err := os.ReadFile(filepath.Join(folder, alertsFile))
	if err != nil {
		return nil, err
	}
	rules, err := withRunbooks(alerts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", alertsFile, err)
	}
	dashboard, err := os.ReadFile(filepath.Join(folder, dashboardFile))
	if err != nil {
		return nil, err
	}
	indented := "  " + strings.ReplaceAll(strings.TrimSuffix(string(rules), "\n"), "\n", "\n  ") + "\n"
	return map[string][]byte{
		filepath.Join(folder, ruleFile):     []byte(ruleHead + indented),
		filepath.Join(chart, alertsFile):    append([]byte(generatedFirst), rules...),
		filepath.Join(chart, dashboardFile): dashboard,
	}, nil
}

// withRunbooks adds to each alert where people read what to do.
func withRunbooks(alerts []byte) ([]byte, error) {
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Expr        string            `yaml:"expr"`
				For         string            `yaml:"for,omitempty"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(alerts))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, err
	}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			rule.Annotations["runbook_url"] = runbooks + strings.ToLower(rule.Alert)
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(file); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
