package main

import (
	"fmt"
	"strings"

	"github.com/kestra-operator/kestra-operator/test/rights"
)

const rightsIntroduction = `# Rights

What the roles of the chart and of ` + "`config`" + ` let the operator do, and what it does not do without: a test runs an operator
without each of them, and sees that it is asked for (` + "`TestWithoutAnyRightItsFeatureBreaks`" + `). Rights to objects by their names are to the
operator's own. Where all namespaces are watched, those in watched namespaces are in the whole cluster.
`

const rightsTable = `
| what | verbs | feature | given by |
|---|---|---|---|
`

// operatorRights renders the rights of the operator, by the place where they hold.
func operatorRights(string) (string, error) {
	page := generated + rightsIntroduction
	for _, place := range []rights.Place{rights.Watched, rights.Own, rights.Cluster} {
		page += fmt.Sprintf("\n## In %s\n%s", place, rightsTable)
		for _, purpose := range rights.Table {
			if purpose.Place != place {
				continue
			}
			group, resource, _ := strings.Cut(purpose.Resource, "/")
			what := "`" + resource + "`"
			if group != "" {
				what += " of `" + group + "`"
			}
			if purpose.Named {
				what += ", by name"
			}
			values := purpose.Values
			if values == "" {
				values = "every installation"
			}
			page += fmt.Sprintf("| %s | `%s` | %s | %s |\n", what, strings.Join(purpose.Verbs, "`, `"), purpose.Feature, values)
		}
	}
	return page, nil
}
