package webhooks

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

const tasks = "tasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: Hello\n"

func TestReportsRemembersByTextIdentityAndCatalog(t *testing.T) {
	catalog, err := flow.Embedded("1.3")
	if err != nil {
		t.Fatal(err)
	}
	judged := newReports(func() *flow.Catalog { return catalog }, flow.LabelModeAuto)
	identity := flow.Identity{Namespace: "company.team", ID: "hello"}
	text := "id: hello\nnamespace: company.team\n" + tasks
	source := flow.NewSource([]byte(text))
	marked := flow.Report{Findings: []flow.Finding{{Severity: flow.Warning, Message: "remembered"}}}
	judged.remember(source.Text(), identity, marked)

	if diff := cmp.Diff(marked, judged.get(t.Context(), source, identity)); diff != "" {
		t.Errorf("the same question (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(marked, judged.get(t.Context(), flow.NewSource([]byte(text+"\n")), identity)); diff == "" {
		t.Error("another text got the remembered report")
	}
	if judged.get(t.Context(), source, flow.Identity{Namespace: "company.team", ID: "other"}).Accepted() {
		t.Error("another identity got the remembered report")
	}
	if catalog, err = flow.Embedded("2.0"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(marked, judged.get(t.Context(), source, identity)); diff == "" {
		t.Error("another catalog got the remembered report")
	}
}
