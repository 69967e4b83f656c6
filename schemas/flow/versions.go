package flow

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Version is one line of Kestra, such as 1.3, and how its flow language differs from that of the line before.
// What a line adds and deprecates is told by its release notes and migration guide; what 2.0 removes, by a 2.0 server
// itself and, where it is said, by the documentation of its release.
type Version struct {
	Line       string
	Adds       []Change
	Deprecates []Change
	Removes    []Change
	// Refuses are the ids of rules for what the line refuses and the one before took.
	Refuses []string
	// judged is the line whose embedded catalog judges it.
	judged string
}

// Change is a type or a property that came to the flow language or left it.
type Change struct {
	// On is the class that has the property, in full, or one of "flow", "task", "trigger", "input", "retry"; for a
	// type it is "type", for a part of an expression "expression".
	On string
	// Name of the property or type; of a whole package it ends in ".*".
	Name string
	// Instead names what takes the place of what left, or says what to do; it may be empty.
	Instead string
}

// versions are the lines that the judge knows, oldest first.
var versions = []Version{
	{
		Line: "0.24", judged: "1.3",
		Adds: []Change{{On: "task", Name: "taskCache"}, {On: "retry", Name: "maxAttempts"}},
		Deprecates: []Change{
			{On: "retry", Name: "maxAttempt", Instead: "maxAttempts"},
			{On: "type", Name: "io.kestra.plugin.langchain4j.*", Instead: "io.kestra.plugin.ai.*"},
			{On: "type", Name: "io.kestra.plugin.singer.*", Instead: singerSuccessor},
		},
	},
	{
		Line: "1.0", judged: "1.3",
		Removes: []Change{{On: "type", Name: "io.kestra.plugin.singer.*", Instead: singerSuccessor}},
		Refuses: []string{"reserved-id"},
	},
	{
		Line: "1.1", judged: "1.3",
		Adds:    []Change{{On: "input", Name: "prefill"}},
		Refuses: []string{"input-default"},
	},
	{
		Line: "1.2", judged: "1.3",
		Adds:       []Change{{On: "flow", Name: "checks"}, {On: "task", Name: "assets"}, {On: "trigger", Name: "assets"}, {On: "trigger", Name: "allowConcurrent"}},
		Deprecates: []Change{{On: "type", Name: "io.kestra.plugin.notifications.*", Instead: "the plugin of each provider, such as io.kestra.plugin.slack.*"}},
	},
	{
		Line: "1.3", judged: "1.3",
		Adds: []Change{
			{On: "type", Name: "FORM"},
			{On: "task", Name: "pluginDefaultsRef"},
			{On: "trigger", Name: "pluginDefaultsRef"},
			{On: "io.kestra.core.models.flows.PluginDefault", Name: "ref"},
		},
	},
	{
		Line: "2.0", judged: "2.0",
		Adds: append([]Change{
			{On: "type", Name: "io.kestra.plugin.core.flow.Loop"},
			{On: "type", Name: "io.kestra.plugin.core.trigger.McpToolTrigger"},
			{On: "flow", Name: "quotas"},
			{On: "flow", Name: "workerSelector"},
			{On: "task", Name: "workerSelector"},
			{On: "trigger", Name: "when"},
			{On: "trigger", Name: "workerSelector"},
			{On: "io.kestra.core.models.flows.check.Check", Name: "when"},
			{On: "io.kestra.core.models.flows.input.JsonInput", Name: "jsonSchema"},
			{On: "io.kestra.plugin.core.log.PurgeLogs", Name: "batchSize"},
			{On: "io.kestra.plugin.core.log.PurgeLogs", Name: "purgeExecutionLogs"},
			{On: "io.kestra.plugin.core.log.PurgeLogs", Name: "purgeNonExecutionLogs"},
			{On: "io.kestra.plugin.core.trigger.Flow", Name: "dependsOn"},
			{On: "io.kestra.plugin.core.trigger.Flow", Name: "minSatisfied"},
			{On: "io.kestra.plugin.core.trigger.Flow", Name: "mode"},
			{On: "io.kestra.plugin.core.trigger.Flow", Name: "window"},
		}, late...),
		Deprecates: []Change{
			{On: "task", Name: "runIf", Instead: "when"},
			{On: "io.kestra.core.models.flows.check.Check", Name: "condition", Instead: "when"},
		},
		Removes: slices.Concat(removed, removedPackages, removedExpressions),
		Refuses: []string{"missing-schedule-input"},
	},
}

const singerSuccessor = "Airbyte, dlt or CloudQuery"

// late is what the release of Kestra 2.0 has by its documentation, and the earlier build that the embedded catalog was
// made of had not.
var late = []Change{
	{On: "type", Name: "REUSABLE_INPUTS"},
	{On: "flow", Name: "policyRefs"},
	{On: "task", Name: "when"},
}

// Versions returns the lines of Kestra that the judge knows, oldest first. What the schema of a line marks as deprecated
// counts as deprecated by it, where no release tells since when.
func Versions() []Version {
	all := slices.Clone(versions)
	for i, v := range all {
		if v.judged != v.Line {
			continue
		}
		if catalog, err := Embedded(v.Line); err == nil {
			all[i].Deprecates = slices.Concat(v.Deprecates, catalog.deprecated())
		}
	}
	return all
}

// deprecated are the types and properties that a catalog marks so; a property of every input once.
func (c *Catalog) deprecated() []Change {
	seen := map[Change]bool{}
	var all []Change
	add := func(change Change) {
		if !seen[change] {
			seen[change] = true
			all = append(all, change)
		}
	}
	for _, name := range sorted(c.document.Definitions) {
		class, v := className(name), c.definition(name)
		if v.deprecated {
			add(Change{On: "type", Name: class, Instead: TypeSuccessor(class)})
		}
		for _, property := range sorted(v.properties) {
			if !v.properties[property].deprecated {
				continue
			}
			change := Change{On: class, Name: property}
			if known, ok := removedByName.property(class, property); ok {
				change = known
			}
			add(change)
		}
	}
	return all
}

// Lines returns the names of these lines.
func Lines() []string {
	lines := make([]string, len(versions))
	for i, v := range versions {
		lines[i] = v.Line
	}
	return lines
}

// minor is a line in numbers: 1.3 is {1, 3}.
type minor struct{ major, minor int }

// lineOf reads the line of a version such as "1.3.25", "v2.0.0-SNAPSHOT" or "2.1".
func lineOf(version string) (line minor, ok bool) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return minor{}, false
	}
	parts[1], _, _ = strings.Cut(parts[1], "-")
	var err, err2 error
	line.major, err = strconv.Atoi(parts[0])
	line.minor, err2 = strconv.Atoi(parts[1])
	return line, err == nil && err2 == nil
}

func (m minor) String() string { return fmt.Sprintf("%d.%d", m.major, m.minor) }

func (m minor) before(other minor) bool {
	return m.major < other.major || m.major == other.major && m.minor < other.minor
}

// judgedBy returns the version that a line is judged as: itself, or the newest known one of its major version when
// it is newer than that; nil when it is neither.
func judgedBy(line minor) *Version {
	for i, v := range slices.Backward(versions) {
		if known, _ := lineOf(v.Line); known.major == line.major && !line.before(known) {
			return &versions[i]
		}
	}
	return nil
}

// derived are the catalogs of lines without an embedded one of their own, by line.
var derived sync.Map

// deriveCatalog returns the catalog of one line for another: the same facts under the other's name.
func deriveCatalog(from *Catalog, line minor) (*Catalog, error) {
	if c, ok := derived.Load(line); ok {
		return c.(*Catalog), nil
	}
	before, after := fmt.Sprintf(`"version":%q`, from.Version()), fmt.Sprintf(`"version":%q`, line)
	c, err := LoadCatalog(bytes.Replace(from.saved, []byte(before), []byte(after), 1))
	if err != nil {
		return nil, err
	}
	kept, _ := derived.LoadOrStore(line, c)
	return kept.(*Catalog), nil
}
