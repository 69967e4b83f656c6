package export

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// addFlow collects a flow. One that admission would refuse is written, to be mended, and not applied.
func (c *collector) addFlow(target kestra.Target, source string, options Options) {
	labelled, changed, err := flow.EnsureReadOnly([]byte(source))
	if reason := refusal(target, source, options); reason != nil {
		err = reason
	}
	if changed {
		c.count(&c.result.Unlabelled)
	}
	if changed && options.ReadOnlyLabel {
		source = string(labelled)
	}
	item := manifest.Flow(options.inManifest(target), source)
	if err != nil {
		item.Excluded = true
		item.Remarks = []string{"Admission would refuse this, so it is not in the kustomization: " + oneLine(err.Error())}
		c.leave(Flows, target, "admission would refuse it, so it is not in the kustomization: %w", err)
	}
	c.add(Flows, target, item)
}

// refusal is the first reason for which the operator would refuse the flow; nil when there is none.
func refusal(target kestra.Target, source string, options Options) error {
	report := flow.Check([]byte(source), flow.Identity{Namespace: target.Namespace, ID: target.Name}, options.Catalog, flow.Options{})
	for _, finding := range report.Findings {
		if finding.Severity == flow.Error {
			return fmt.Errorf("line %d: %s", finding.Line, finding.Message)
		}
	}
	return nil
}

// oneLine is a text as a comment can hold it, whatever a flow brought into it: nothing of it ends the line, or cannot
// stand in YAML.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			return r
		}
		return ' '
	}, text)
}
