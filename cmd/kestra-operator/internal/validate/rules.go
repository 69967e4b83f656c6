package validate

import (
	"regexp"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// rule is one in CEL of the definitions that neither admission nor the judge repeats, so that it is repeated here.
type rule struct {
	field   string // of the spec
	message string
	holds   func(value string) bool
}

var rules = []rule{
	{"interval", "an interval is at least 10s and at most 290 years", longInterval},
	{"binaryContent", "write base64 in one line, as base64 -w0 prints it", oneLineBase64},
}

func longInterval(text string) bool {
	interval, err := time.ParseDuration(text)
	return err == nil && interval >= 10*time.Second
}

var base64Line = regexp.MustCompile(`^[A-Za-z0-9+/]*={0,2}$`)

func oneLineBase64(text string) bool { return len(text)%4 == 0 && base64Line.MatchString(text) }

// broken are the rules that the object breaks.
func (o object) broken() []flow.Finding {
	var findings []flow.Finding
	for _, rule := range rules {
		value := child(child(o.node, "spec"), rule.field)
		if value == nil || value.Kind != yaml.ScalarNode || value.ShortTag() == "!!null" {
			continue // absent, or refused by the schema
		}
		if !rule.holds(value.Value) {
			findings = append(findings, o.finding(flow.Error, "invalid", "spec."+rule.field, rule.message))
		}
	}
	return findings
}
