package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const servedSource = `id: hello
namespace: company.team
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        mesage: hi
  - id: wait
    type: io.kestra.plugin.core.flow.Pause
    timeout: soon
`

func TestServerMessagesGetTheirPlaceInTheSource(t *testing.T) {
	cases := map[string]struct {
		messages []string
		want     []Finding
	}{
		"a constraint on a path": {
			[]string{"tasks[1].timeout: must be a duration"},
			[]Finding{{Path: "tasks[1].timeout", Line: 12, Column: 14, Message: "Kestra refuses it: must be a duration"}},
		},
		"a constraint named after the task's id, on a property that is missing": {
			[]string{"greet.message: must not be null"},
			[]Finding{{Path: "tasks[0].tasks[0].message", Line: 7, Column: 9, Message: "Kestra refuses it: must not be null"}},
		},
		"several constraints": {
			[]string{"tasks[0].id: must not be blank", "wait: something else"},
			[]Finding{
				{Path: "tasks[0].id", Line: 4, Column: 9, Message: "Kestra refuses it: must not be blank"},
				{Path: "tasks[1]", Line: 10, Column: 5, Message: "Kestra refuses it: something else"},
			},
		},
		"an unknown field that stands once": {
			[]string{`Validation error: Unrecognized field "mesage" (class io.kestra.plugin.core.log.Log), not marked as ignorable (2 known properties: "message", "id")`},
			[]Finding{{Line: 9, Column: 9, Message: `Kestra refuses it: Unrecognized field "mesage" (class io.kestra.plugin.core.log.Log)`}},
		},
		"an unknown field that stands twice has no place": {
			[]string{`Unrecognized field "tasks" (class X)`},
			[]Finding{{Message: `Kestra refuses it: Unrecognized field "tasks" (class X)`}},
		},
		"an invalid type": {
			[]string{"Invalid type: io.kestra.plugin.core.flow.Pause"},
			[]Finding{{Line: 11, Column: 11, Message: "Kestra refuses it: Invalid type: io.kestra.plugin.core.flow.Pause"}},
		},
		"a chain of references": {
			[]string{
				"Illegal flowwithsource source: YAML parsing error: Cannot deserialize value of type `X` from String",
				` at [Source: UNKNOWN; byte offset: #UNKNOWN] (through reference chain: a.b.FlowWithSource["tasks"]->java.util.ArrayList[1]->c.Pause["timeout"]) (at line -1)`,
			},
			[]Finding{{Path: "tasks[1].timeout", Line: 12, Column: 14,
				Message: "Kestra refuses it: Cannot deserialize value of type `X` from String"}},
		},
		"a line and column": {
			[]string{"Illegal Flow source: YAML parsing error: mapping values are not allowed here", " at [Source: (StringReader); line: 6, column: 10] (at line 6)"},
			[]Finding{{Line: 6, Column: 10, Message: "Kestra refuses it: mapping values are not allowed here"}},
		},
		"no place at all": {
			[]string{"Unable to validate the flow: Templates are disabled, please check your configuration"},
			[]Finding{{Message: "Kestra refuses it: Templates are disabled, please check your configuration"}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for i := range c.want {
				c.want[i].Severity, c.want[i].Rule = Error, ruleServer
			}
			if diff := cmp.Diff(c.want, ServerFindings([]byte(servedSource), c.messages)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAServerMessageIsBounded(t *testing.T) {
	findings := ServerFindings([]byte(servedSource), []string{strings.Repeat("é", 10_000)})
	if got := len(findings[0].Message); got > maxServerMessage+40 {
		t.Errorf("%d bytes are repeated", got)
	}
}
