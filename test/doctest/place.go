package doctest

import (
	"slices"
	"strings"
)

// Place is where the commands of a block are run.
type Place string

const (
	// Stage is that of the demo: an API server, the operator's program and the development Kestra, without nodes. What
	// the table does not list is run there.
	Stage Place = "on the stage"
	// Playground is a stage that nobody has used, where the tutorial begins.
	Playground Place = "on a playground"
	// Nodes is a cluster with nodes, with Helm.
	Nodes Place = "on nodes"
	// Nowhere is for what no test can do here; the table says why, or what tests the same.
	Nowhere Place = "nowhere"
)

// exception is a block that is not run on the stage.
type exception struct {
	page string
	// begins is how the block's first command begins; every block of the page when it is empty.
	begins string
	place  Place
	// why it is not run on the stage; for Nowhere also what tests it otherwise.
	why string
}

// exceptions are all blocks that are not run on the stage. Where two are about one block, the first counts.
var exceptions = []exception{
	{"README.md", "make demo", Nowhere, "the demo is TestTheStoryHolds; make test is this very run"},
	{"README.md", "kubectl create namespace kestra-operator", Nodes, "pods are to start"},
	{"charts/kestra-operator/README.md", "", Nodes, "it is about Helm"},
	{"docs/performance.md", "make bench", Nowhere, "benchmarks take from minutes to hours; TestEveryMakeTargetThatIsShownExists knows the targets"},
	{"docs/tutorial.md", "git clone", Nowhere, "TestThePagesHold begins with what make playground starts, in the project as it is"},
	{"docs/tutorial.md", "", Playground, "it is done as a whole, from nothing"},
	{"docs/guides/enterprise-operator.md", "", Nodes, "an installed release is upgraded"},
	{"docs/guides/upgrading.md", "", Nodes, "an installed release is upgraded"},
	{"docs/guides/leaving.md", "kubectl --namespace kestra-operator scale", Nodes, "an installed release is taken away"},
	{"docs/guides/leaving.md", "kubectl delete flow,kv,nsfile", Nodes, "an installed release is taken away"},
	{"docs/guides/kubectl-plugin.md", "kubectl kestra doctor", Nodes, "it examines an installation"},
	{"docs/guides/kubectl-plugin.md", "kubectl krew install", Nowhere, "krew downloads archives of a release; TestKrewInstallsTheReleasedPlugin holds its manifest to them"},
	{"docs/guides/kubectl-plugin.md", "kubectl -n kestra-operator exec", Nodes, "it runs in the operator's pod"},
}

// PlaceOf returns where a block of a page is run, and why not on the stage.
func PlaceOf(page Page, b Block) (Place, string) {
	i := slices.IndexFunc(exceptions, func(e exception) bool { return e.about(page, b) })
	if i < 0 {
		return Stage, ""
	}
	return exceptions[i].place, exceptions[i].why
}

func (e exception) about(page Page, b Block) bool {
	return b.HasCommands() && e.page == page.Path && strings.HasPrefix(strings.TrimPrefix(b.Text, "$ "), e.begins)
}

// At returns the pages that have a block for a place.
func At(pages []Page, place Place) []Page {
	var chosen []Page
	for _, page := range pages {
		if slices.ContainsFunc(page.Blocks, func(b Block) bool { return isAt(page, b, place) }) {
			chosen = append(chosen, page)
		}
	}
	return chosen
}

func isAt(page Page, b Block, place Place) bool {
	at, _ := PlaceOf(page, b)
	return b.HasCommands() && at == place
}
