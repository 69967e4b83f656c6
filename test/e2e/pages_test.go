package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/doctest"
)

const (
	readme      = "README.md"
	chartReadme = "charts/kestra-operator/README.md"
	upgrading   = "docs/guides/upgrading.md"
	leaving     = "docs/guides/leaving.md"
	plugin      = "docs/guides/kubectl-plugin.md"
	enterprise  = "docs/guides/enterprise-operator.md"
)

// chapter is a section of a page that a reader follows: the whole page when it has no heading.
type chapter struct {
	page, heading string
	// before makes what the section takes for granted, after checks what came of it; nil for nothing.
	before, after func(*testing.T, story)
}

// story is what the chapters are about.
type story struct {
	release
	kestra kestraPod
	folder string // the reader's
}

// installing are the chapters of somebody who installs, upgrades and leaves by Helm, and then by kustomize.
var installing = []chapter{
	{readme, "With Helm", nil, judgesAndWrites},
	{plugin, "Install", nil, nil},
	{plugin, "What is wrong with the installation", nil, nil},
	{upgrading, "Before", nil, nil},
	{upgrading, "With Helm", nil, judgesAndWrites},
	{upgrading, "Custom resource definitions", nil, nil},
	{upgrading, "Afterwards", nil, nil},
	{upgrading, "Upgrading Kestra", nil, nil},
	{chartReadme, "Custom resource definitions", keepsItsValues, ownsItsDefinitions},
	{chartReadme, "Several releases", hasASecondKestra, holdsASecondFlow},
	{chartReadme, "Metrics", nil, letsPrometheusRead},
	{leaving, "One of several operators", nil, lostTheSecond},
	{leaving, "Keep everything in Kestra", nil, leftEverythingInKestra},
	{chartReadme, "Install", startsAfresh, passesItsTest},
	{leaving, "Delete everything from Kestra", nil, leftNothingInKestra},
	{readme, "With kustomize", nil, worksByKustomize},
	{upgrading, "With kustomize", nil, worksByKustomize},
}

// takingOver are the chapters of somebody who comes from the Enterprise operator; see
// TestAReleaseOfTheEnterpriseOperatorIsTakenOver.
var takingOver = []chapter{
	{enterprise, "", nil, nil},
	{chartReadme, "From the Enterprise operator's chart", nil, nil},
}

func TestInstallingByThePages(t *testing.T) {
	c := onCluster(t)
	s := story{release: release{cluster: c, name: "my-kestra-operator", namespace: "kestra-operator"}, kestra: c.startKestra(t, "kestra")}
	reader := c.reader(t)
	reader.Placeholders["http://127.0.0.1:8080"] = s.kestra.address // as the page names it
	reader.Environment = append(reader.Environment, "KESTRA_API_BASIC_AUTH="+login())
	s.folder = reader.Folder
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n")
	for _, chapter := range installing {
		done := t.Run(chapter.page+" "+chapter.heading, func(t *testing.T) {
			if chapter.before != nil {
				chapter.before(t, s)
			}
			follow(t, reader, chapter.page, chapter.heading)
			if chapter.after != nil {
				chapter.after(t, s)
			}
		})
		if !done {
			t.Fatal(s.release.story(t)) // later chapters build on it
		}
	}
}

// Every block that doctest's table leaves to nodes is in a chapter.
func TestEveryBlockForNodesIsFollowed(t *testing.T) {
	pages, err := doctest.Pages(project)
	if err != nil {
		t.Fatal(err)
	}
	followed := map[string]bool{}
	for _, chapter := range append(takingOver, installing...) {
		for _, block := range sectionOf(t, chapter.page, chapter.heading).Blocks {
			followed[fmt.Sprint(chapter.page, block.Line)] = true
		}
	}
	for _, page := range doctest.At(pages, doctest.Nodes) {
		for _, block := range page.Blocks {
			place, _ := doctest.PlaceOf(page, block)
			if block.HasCommands() && place == doctest.Nodes && !followed[fmt.Sprint(page.Path, block.Line)] {
				t.Errorf("%s, line %d: no chapter follows this on nodes:\n%s", page.Path, block.Line, block.Text)
			}
		}
	}
}

// judgesAndWrites checks that the operator admits, refuses and writes.
func judgesAndWrites(t *testing.T, s story) {
	s.awaitServing(t)
	s.worksIn(t, s.release, s.kestra)
}

// keepsItsValues writes the release's values into the file that the page names.
func keepsItsValues(t *testing.T, s story) {
	values := s.helm(t, "get", "values", s.name, "--namespace", s.namespace, "--output", "yaml")
	if err := os.WriteFile(filepath.Join(s.folder, "values.yaml"), []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
}

func ownsItsDefinitions(t *testing.T, s story) {
	if owned, err := s.ownedByHelm(t.Context()); err != nil || len(owned) != len(kinds) {
		t.Errorf("owned by a release: %q, %v", owned, err)
	}
	judgesAndWrites(t, s)
}

// hasASecondKestra starts the one that the second release is for.
func hasASecondKestra(t *testing.T, s story) { s.startKestra(t, "staging") }

// holdsASecondFlow has the second release write a flow.
func holdsASecondFlow(t *testing.T, s story) {
	flow := newFlow("team-a", "staged", "Hello")
	flow.Labels = map[string]string{v1alpha1.LabelOperatorClass: "staging"}
	if err := s.admin.Create(t.Context(), flow); err != nil {
		t.Fatal(err)
	}
	s.awaitReady(t, "team-a", "staged")
}

func letsPrometheusRead(t *testing.T, s story) {
	s.kubectl(t, "auth", "can-i", "get", "/metrics", "--as=system:serviceaccount:monitoring:prometheus")
}

func lostTheSecond(t *testing.T, s story) {
	var flow v1alpha1.KestraFlow
	s.get(t, "team-a", "staged", &flow)
	if len(flow.Finalizers) > 0 {
		t.Errorf("the flow of the release that left still has %q", flow.Finalizers)
	}
	s.get(t, "team-a", "welcome", &flow)
	if len(flow.Finalizers) == 0 {
		t.Error("the flow of the other release was let go, too")
	}
}

func leftEverythingInKestra(t *testing.T, s story) {
	if err := s.kestra.holds(kestraNamespace, "welcome", "Welcome")(t.Context()); err != nil {
		t.Error(err)
	}
	if left, err := s.own(t.Context(), "customresourcedefinitions,validatingwebhookconfigurations,mutatingwebhookconfigurations,clusterroles", "kestra"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// startsAfresh removes what the page makes and nobody else would mind.
func startsAfresh(t *testing.T, s story) {
	s.kubectl(t, "delete", "namespace", s.namespace, "--timeout=120s")
	s.kubectl(t, "delete", "clusterrolebinding", "prometheus-reads-kestra-operator", "--ignore-not-found")
}

func passesItsTest(t *testing.T, s story) {
	passesHelmTest(t, s.release, s.kestra)
	judgesAndWrites(t, s)
}

func leftNothingInKestra(t *testing.T, s story) {
	if err := s.kestra.lacks(kestraNamespace, "welcome")(t.Context()); err != nil {
		t.Error(err)
	}
	if output := s.kubectl(t, "get", strings.Join(kinds, ","), "--all-namespaces", "--output", "name"); strings.TrimSpace(output) != "" {
		t.Errorf("left behind: %s", output)
	}
}

func worksByKustomize(t *testing.T, s story) {
	s.awaitJudged(t)
	s.worksIn(t, release{cluster: s.cluster, name: "kestra-operator", namespace: "kestra-operator-system"}, s.kestra)
}
