package kestra

import (
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// JudgeByCheck judges as flow.Check does with the embedded catalog of a Kestra version. What only the operator
// refuses (rules that start with "policy-") is taken, as the real server takes it. An unknown type is refused:
// a development server has the core plugins only.
func JudgeByCheck(version string) Judge {
	catalog, err := flow.Embedded(version)
	if err != nil {
		catalog = nil
	}
	return JudgeByCatalog(catalog)
}

// JudgeByCatalog is JudgeByCheck with any catalog; nil means the newest embedded one.
func JudgeByCatalog(catalog *flow.Catalog) Judge {
	return func(source []byte) Verdict {
		var verdict Verdict
		report := flow.Check(source, flow.Identity{}, catalog, flow.Options{AllowWritable: true})
		for _, finding := range report.Findings {
			verdict.add(finding)
		}
		return verdict
	}
}

func (v *Verdict) add(finding flow.Finding) {
	kind := problemKind(finding.Rule)
	switch {
	case strings.HasPrefix(finding.Rule, "policy-"):
	case finding.Severity == flow.Error || kind == InvalidType:
		v.Problems = append(v.Problems, Problem{Kind: kind, Path: finding.Path, Message: finding.Message})
	default:
		v.Warnings = append(v.Warnings, finding.Message)
	}
}

func problemKind(rule string) ProblemKind {
	switch rule {
	case "unknown-property":
		return UnknownProperty
	case "unknown-type":
		return InvalidType
	case "duplicate-key":
		return DuplicateKey
	case "yaml":
		return Unreadable
	default:
		return Constraint
	}
}
