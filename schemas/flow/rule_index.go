package flow

import "slices"

// Rule describes a rule of the judge. Its id is stable: pipelines may filter by it.
type Rule struct {
	ID string
	// Severity is the worst that findings of the rule have.
	Severity Severity
	// Summary says in one sentence what the rule finds.
	Summary string
}

// Rules returns every rule, sorted by id. Rules whose id starts with "policy-" refuse what Kestra would take.
func Rules() []Rule { return slices.Clone(ruleIndex) }

var ruleIndex = []Rule{
	{"alias-not-resolved", Warning, "A YAML alias is the text of its name for Kestra."},
	{"avro-schema", Error, "An Avro schema is not JSON."},
	{"broken-type", Error, "No server can validate a type of this release of its plugin."},
	{"complex-key", Error, "A key of a mapping is not plain text."},
	{"control-character", Error, "The source has a character that YAML does not allow."},
	{"cron", Error, "A schedule has no valid cron expression."},
	{"cyclic-dependency", Error, "Inputs, or the tasks of a Dag, wait for each other."},
	{"dashed-reference", Error, "An expression refers to a name with a dash, which is read as a minus."},
	{"deprecated-property", Warning, "A property is deprecated, or gone in Kestra 2."},
	{"deprecated-type", Warning, "A type is deprecated, has an old name, or is gone in Kestra 2."},
	{"duplicate-id", Error, "Two tasks, triggers or inputs have the same id."},
	{"duplicate-key", Error, "A key stands twice in a mapping."},
	{"empty-list", Error, "A list that needs an element is empty."},
	{"empty-source", Error, "There is nothing in the source."},
	{"empty-switch", Error, "A Switch has no task at all."},
	{"enterprise-only", Warning, "The open-source edition refuses what the Enterprise Edition takes."},
	{"id-mismatch", Error, "The id differs from the object's around the source."},
	{"input-default", Error, "An input has a default that can never apply, or a prefill beside it."},
	{"input-path", Error, "Two inputs of forms would lie within each other."},
	{"invalid-id", Error, "The flow's id is malformed."},
	{"invalid-labels", Error, "The flow's labels are malformed."},
	{"invalid-namespace", Error, "The flow's namespace is malformed."},
	{"malformed-number", Error, "A number is one that Kestra cannot read."},
	{"merge-key", Warning, "A YAML merge key does nothing in Kestra."},
	{"missing-id", Error, "The flow has no id."},
	{"missing-namespace", Error, "The flow has no namespace."},
	{"missing-property", Error, "A required property has no value."},
	{"missing-schedule-input", Error, "A schedule, or a webhook, does not give a required input (Kestra 2)."},
	{"missing-type", Error, "A task, trigger or input has no type."},
	{"namespace-mismatch", Error, "The namespace differs from the object's around the source."},
	{"needs-newer-kestra", Warning, "A property or type came with a newer Kestra than the one that is judged for."},
	{"nested-form", Error, "A form contains a form."},
	{"not-a-mapping", Error, "The source is not a mapping."},
	{"not-runnable", Error, "A WorkingDirectory contains a task that does not run on a worker."},
	{"out-of-bounds", Error, "A number is too small or too large."},
	{"pattern", Error, "A text does not match its pattern, or is no pattern itself."},
	{"policy-deleted", Error, "The flow would be created deleted."},
	{"policy-depth", Error, "Values are nested too deep."},
	{"policy-nodes", Error, "The source has too many values."},
	{"policy-read-only", Error, "The flow says that it may be edited in Kestra."},
	{"policy-read-only-place", Error, "The label system.readOnly cannot be set in the text, and nothing is sent without it."},
	{"policy-read-only-required", Error, "The label system.readOnly is missing and must be there."},
	{"policy-second-document", Error, "The source has a second document, which Kestra would drop."},
	{"policy-size", Error, "The source is too large."},
	{"removed-expression", Warning, "An expression uses what is gone in Kestra 2."},
	{"removed-property", Error, "A property is gone in Kestra 2."},
	{"removed-type", Error, "A type is gone in Kestra 2."},
	{"reserved-id", Error, "The flow's id is reserved."},
	{"retry-interval", Error, "An interval of a retry is not less than its bound."},
	{"schedule-conditions", Error, "Kestra cannot read scheduleConditions."},
	{"self-subflow", Error, "The flow starts itself."},
	{"system-label", Error, "A system label is set that only Kestra may set."},
	{"template", Error, "The flow uses a template, which Kestra has turned off."},
	{"timezone", Error, "A time zone does not exist."},
	{"too-long", Error, "A text is too long."},
	{"too-short", Error, "A text is too short, or empty."},
	{"unknown-defaults", Error, "No plugin defaults of the flow have the name that is referred to."},
	{"unknown-dependency", Error, "An input, or a task of a Dag, depends on one that is not there."},
	{"unknown-plugin", Warning, "A type is not in Kestra's core and was not checked."},
	{"unknown-property", Error, "A property does not exist."},
	{"unknown-type", Error, "A type does not exist."},
	{"wrong-kind", Error, "A list, a mapping or a single value stands where another is expected."},
	{"wrong-value", Error, "A value is not one that Kestra can read in its place."},
	{"yaml-syntax", Error, "The source is not YAML."},
	{"yaml-tab", Error, "A tab stands where YAML does not allow it."},
}
