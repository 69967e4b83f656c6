package flow

import (
	"fmt"
	"sort"

	"gopkg.in/yaml.v3"
)

// judge walks one flow along the catalog and notes what the server would refuse.
type judge struct {
	catalog  *Catalog
	findings []noted
	noted    map[Severity]int // how many there were of each
	omitted  int              // of them, not kept
	defaults []pluginDefault
	// defaultsOf remembers which of them a type has.
	defaultsOf map[string][]pluginDefault
	compared   int // names compared with others
	flow       flowFacts
	// unvalidated is more than 0 inside of what the server reads but does not validate.
	unvalidated int
	// foreign is more than 0 inside of classes that are not the core's: tasks there, such as the tools of an
	// agent, are not the flow's.
	foreign int
	// duplicates is true when some mapping of the flow has a key twice.
	duplicates bool
}

// noted is a finding whose path is found when all of them are known: most flows have none, and then no path
// is ever built.
type noted struct {
	Finding
	node *yaml.Node
	// property is appended to the path of the node: the name of what is missing there.
	property string
}

func newJudge(catalog *Catalog) *judge {
	return &judge{catalog: catalog, noted: map[Severity]int{}}
}

// maxNoted is how many errors, and how many warnings, are kept of one flow; more are only counted.
const maxNoted = 1_000

func (j *judge) note(severity Severity, n *yaml.Node, rule, format string, a ...any) {
	j.noteMissing(severity, n, "", rule, format, a...)
}

// noteMissing notes something about a property that a mapping lacks.
func (j *judge) noteMissing(severity Severity, n *yaml.Node, property, rule, format string, a ...any) {
	if j.noted[severity]++; j.noted[severity] > maxNoted {
		j.omitted++
		return
	}
	j.findings = append(j.findings, noted{node: n, property: property, Finding: Finding{Severity: severity, Rule: rule,
		Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, a...)}})
}

func (j *judge) refuse(n *yaml.Node, rule, format string, a ...any) {
	j.note(Error, n, rule, format, a...)
}

func (j *judge) warn(n *yaml.Node, rule, format string, a ...any) {
	j.note(Warning, n, rule, format, a...)
}

// refuseMissing notes that a mapping lacks a property.
func (j *judge) refuseMissing(n *yaml.Node, property, rule, format string, a ...any) {
	j.noteMissing(Error, n, property, rule, format, a...)
}

// located returns the findings with their paths.
func (j *judge) located(root *yaml.Node) []Finding {
	if len(j.findings) == 0 {
		return nil
	}
	paths := make(map[*yaml.Node]string, len(j.findings))
	refused := map[*yaml.Node]bool{}
	for _, f := range j.findings {
		paths[f.node] = ""
		refused[f.node] = refused[f.node] || f.Severity == Error
	}
	locate(root, nil, paths)
	out := make([]Finding, 0, len(j.findings))
	for _, f := range j.findings {
		// What must change anyway need not be replaced in time.
		if f.Rule == "deprecated-type" && refused[f.node] {
			continue
		}
		f.Path = paths[f.node]
		if f.property != "" {
			if f.Path != "" {
				f.Path += "."
			}
			f.Path += f.property
		}
		j.catalog.soften(&f.Finding)
		out = append(out, f.Finding)
	}
	return out
}

// locate fills in the paths of the nodes that are asked for.
func locate(n *yaml.Node, path *step, paths map[*yaml.Node]string) {
	if _, ok := paths[n]; ok {
		paths[n] = path.String()
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			here := &step{parent: path, key: n.Content[i].Value, index: -1}
			if _, ok := paths[n.Content[i]]; ok {
				paths[n.Content[i]] = here.String()
			}
			locate(n.Content[i+1], here, paths)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			locate(item, &step{parent: path, index: i}, paths)
		}
	}
}

// order sorts findings by their place in the text and cuts them to a limit.
func order(findings []Finding, limit int) Report {
	sort.SliceStable(findings, func(a, b int) bool {
		if findings[a].Line != findings[b].Line {
			return findings[a].Line < findings[b].Line
		}
		return findings[a].Column < findings[b].Column
	})
	if limit <= 0 {
		limit = DefaultMaxFindings
	}
	if len(findings) <= limit {
		return Report{Findings: findings}
	}
	// An error is never cut in favour of a warning: the verdict must show.
	sort.SliceStable(findings, func(a, b int) bool {
		return findings[a].Severity == Error && findings[b].Severity != Error
	})
	kept := findings[:limit:limit]
	report := order(kept, limit)
	report.Omitted = len(findings) - limit
	return report
}
