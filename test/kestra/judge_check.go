package kestra

import (
	"regexp"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// JudgeByCheck judges as flow.Check does with the embedded catalog of a Kestra version. What only the operator
// refuses (rules that start with "policy-") is taken, as the real server takes it. A type outside the catalog is
// refused: a development server has the core plugins only.
func JudgeByCheck(version string) Judge {
	catalog, err := flow.Embedded(version)
	if err != nil {
		// A version without a catalog of its own is judged by the newest.
		catalog = nil
	}
	return JudgeByCatalog(catalog)
}

// JudgeByCatalog is JudgeByCheck with any catalog; nil means the newest embedded one.
func JudgeByCatalog(catalog *flow.Catalog) Judge {
	var d dialect
	if catalog != nil {
		// A catalog of no version speaks as the oldest server does.
		d, _ = dialectOf(catalog.Version())
	}
	return func(source []byte) Verdict {
		report := flow.Check(source, flow.Identity{}, catalog, flow.Options{AllowWritable: true})
		doc, _ := readDocument(source)
		t := translator{doc: doc, dialect: d}
		for _, finding := range report.Findings {
			t.add(finding)
		}
		return t.verdict
	}
}

// translator says findings in the server's words, as far as those are known; elsewhere the finding's own words
// stand in.
type translator struct {
	doc     document
	dialect dialect
	verdict Verdict
}

func (t *translator) add(finding flow.Finding) {
	switch {
	case strings.HasPrefix(finding.Rule, "policy-"):
	case finding.Rule == "deprecated-type":
		t.verdict.Infos = append(t.verdict.Infos, t.replacedType(finding))
	case finding.Rule == "deprecated-property":
		t.verdict.DeprecationPaths = append(t.verdict.DeprecationPaths, finding.Path)
	case finding.Severity == flow.Error, finding.Rule == "unknown-plugin":
		t.verdict.Problems = append(t.verdict.Problems, t.problem(finding))
	}
}

// successor is the name in quotes that a finding on an old name recommends.
var successor = regexp.MustCompile(`"([\w.]+)"`)

// replacedType is the server's note of an old name; the finding's own words where it names no successor.
func (t *translator) replacedType(finding flow.Finding) string {
	if match := successor.FindStringSubmatch(finding.Message); match != nil {
		return t.typeName(finding.Path) + " is replaced by " + match[1]
	}
	return finding.Message
}
