package validate

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// The parts of SARIF 2.1.0, the OASIS format of static analysis, that are used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	// sarifRule has what code scanning services show of a rule; some show its description twice.
	sarifRule struct {
		ID      string             `json:"id"`
		Short   sarifMessage       `json:"shortDescription"`
		Full    sarifMessage       `json:"fullDescription"`
		Default sarifConfiguration `json:"defaultConfiguration"`
		HelpURI string             `json:"helpUri"`
		Help    sarifHelp          `json:"help"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	// sarifHelp says the same twice: code scanning services show the second where they can.
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// WriteSARIF prints findings as a SARIF 2.1.0 log, which code scanning services take.
func WriteSARIF(w io.Writer, report Report, toolVersion string) error {
	run := sarifRun{Results: []sarifResult{}}
	rules := ruleIDs(report)
	for _, result := range report.Results {
		for _, finding := range result.Findings {
			run.Results = append(run.Results, newSARIFResult(result, finding, rules))
		}
	}
	run.Tool.Driver = sarifDriver{Name: "kestra-operator", Version: toolVersion, Rules: []sarifRule{}}
	for _, id := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(id))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// ruleIDs returns the rules of all findings, sorted.
func ruleIDs(report Report) []string {
	var ids []string
	for _, result := range report.Results {
		for _, finding := range result.Findings {
			ids = append(ids, finding.Rule)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func newSARIFRule(id string) sarifRule {
	rule, page := explained(id)
	return sarifRule{
		ID: id, Short: sarifMessage{Text: rule.Summary}, Full: sarifMessage{Text: rule.Summary}, HelpURI: page,
		Default: sarifConfiguration{Level: sarifLevel(rule.Severity)},
		Help: sarifHelp{
			Text:     rule.Summary + " See " + page,
			Markdown: rule.Summary + " [What `" + id + "` means, and what to do](" + page + ").",
		},
	}
}

func sarifLevel(severity flow.Severity) string {
	if severity == flow.Error {
		return "error"
	}
	return "warning"
}

func newSARIFResult(result Result, finding flow.Finding, rules []string) sarifResult {
	index, _ := slices.BinarySearch(rules, finding.Rule)
	place := sarifPhysical{Artifact: sarifArtifact{URI: uri(result.File)}}
	if finding.Line > 0 {
		place.Region = &sarifRegion{StartLine: finding.Line, StartColumn: finding.Column}
	}
	return sarifResult{
		RuleID: finding.Rule, RuleIndex: index, Level: sarifLevel(finding.Severity),
		Message:   sarifMessage{Text: text(finding)},
		Locations: []sarifLocation{{Physical: place}},
	}
}

// uri escapes a file's name, which may hold spaces and what else no URI has.
func uri(file string) string { return (&url.URL{Path: filepath.ToSlash(file)}).String() }
