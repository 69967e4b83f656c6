package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// team is a release with a Kestra, and the objects that are its own.
type team struct {
	release
	kestra    kestraPod
	namespace string // of its objects
	class     string // of its objects
}

// flow is one of the team's own.
func (m team) flow(id, says string) *v1alpha1.KestraFlow {
	flow := newFlow(m.namespace, id, says)
	if m.class != "" {
		flow.Labels = map[string]string{v1alpha1.LabelOperatorClass: m.class}
	}
	return flow
}

func (m team) createReady(t testing.TB, id, says string) {
	t.Helper()
	if err := m.admin.Create(t.Context(), m.flow(id, says)); err != nil {
		t.Fatal(err)
	}
	m.awaitReady(t, m.namespace, id)
}

// refuses checks that a bad flow of the team is judged.
func (m team) refuses(t testing.TB) {
	t.Helper()
	bad := m.flow("bad", "Hello")
	bad.Spec.Source += "    mesage: Hello\n"
	if err := m.admin.Create(t.Context(), bad); err == nil || !strings.Contains(err.Error(), `did you mean "message"`) {
		t.Errorf("a bad flow in %s: want a refusal, got %v", m.namespace, err)
	}
}

// Releases, each with a Kestra of its own, do not know of each other: two in namespaces of their own that keep a
// namespace each, and two in one namespace that keep a class each of one more.
func TestReleasesSideBySide(t *testing.T) {
	c := onCluster(t)
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n")
	teams := map[string]team{
		"one":  {namespace: "team-one", release: release{namespace: "operator-one"}},
		"two":  {namespace: "team-two", release: release{namespace: "operators"}},
		"blue": {namespace: "shared", class: "blue", release: release{namespace: "operators"}},
	}
	for name, m := range teams {
		values := "operatorClass: " + m.class + "\nwatchNamespaces: [shared]"
		if m.class == "" {
			c.apply(t, fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", m.namespace))
			values = "watchNamespaces: [" + m.namespace + "]"
		}
		m.kestra = c.startKestra(t, "kestra-"+name)
		m.release = c.install(t, name+"-kestra-operator", m.release.namespace, m.kestra, values)
		teams[name] = m
	}
	t.Run("each writes its team's flows to its Kestra", func(t *testing.T) {
		for name, m := range teams {
			m.createReady(t, "same-id", "Team "+name)
		}
		for name, m := range teams {
			if err := m.kestra.holds(kestraNamespace, "same-id", "Team "+name)(t.Context()); err != nil {
				t.Errorf("the Kestra of team %s: %v", name, err)
			}
		}
	})
	t.Run("each judges its team's flows", func(t *testing.T) {
		for _, m := range teams {
			m.refuses(t)
		}
	})
	t.Run("the end of one leaves the others as they were", func(t *testing.T) {
		teams["two"].uninstall(t)
		for _, name := range []string{"one", "blue"} {
			teams[name].refuses(t)
			teams[name].createReady(t, "later", "Still here")
		}
		if err := teams["two"].kestra.lacks(kestraNamespace, "later")(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestARenderedChartIsAppliedWithKubectl(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := c.release(t, "my-kestra-operator", "kestra-operator", k, "")
	c.apply(t, c.helm(t, "template", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--no-hooks"))
	c.worksIn(t, r, k)
}

// Every example of values is installed, tested, upgraded and uninstalled by Helm 3, as Helm's chart testing does.
func TestExamplesOfValuesWithHelm3(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	examples, err := filepath.Glob(filepath.Join(chart, "ci", "*-values.yaml"))
	if err != nil || len(examples) < 3 {
		t.Fatalf("examples %q, %v", examples, err)
	}
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n")
	for _, example := range examples {
		name := strings.TrimSuffix(filepath.Base(example), "-values.yaml")
		t.Run(name, func(t *testing.T) {
			r := c.release(t, "my-kestra-operator", name, k, "")
			helm := func(arguments ...string) {
				t.Helper()
				if _, err := c.Helm3(t.Context(), append(arguments, "--namespace", r.namespace)...); err != nil {
					t.Log(r.story(t))
					t.Fatal(err)
				}
			}
			helm("install", r.name, chart, "--values", example, "--values", r.values, "--wait", "--timeout", "3m")
			helm("test", r.name, "--timeout", "2m")
			helm("upgrade", r.name, chart, "--values", example, "--values", r.values, "--set", "log.level=debug", "--wait", "--timeout", "3m")
			helm("uninstall", r.name, "--wait", "--timeout", "2m")
		})
	}
}

func TestTheKustomizeEntryPointWithCertManager(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := release{cluster: c, name: "kestra-operator", namespace: "kestra-operator-system"}
	const placeholder = "kestra-operator/kestra-operator:latest"
	manifest := c.kubectl(t, "kustomize", filepath.Join(project, "config", "default"))
	if !strings.Contains(manifest, placeholder) {
		t.Fatalf("no image %s in the manifest", placeholder)
	}
	c.apply(t, strings.ReplaceAll(manifest, placeholder, c.operator.repository+":"+c.operator.tag))
	c.kubectl(t, "create", "secret", "generic", "kestra-operator-credentials", "--namespace", r.namespace, "--from-literal=KESTRA_API_URL="+k.url,
		"--from-literal=KESTRA_API_BASIC_AUTH="+login())
	c.worksIn(t, r, k)
}

// worksIn checks that an operator that was not installed by Helm admits, refuses and writes.
func (c *cluster) worksIn(t *testing.T, r release, k kestraPod) {
	t.Helper()
	c.kubectl(t, "rollout", "status", "deployment/"+r.name, "--namespace", r.namespace, "--timeout=180s")
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n")
	wantProblems(t, c.refused(t, "apply", "--namespace", "team-a", "--filename", filepath.Join("testdata", "bad.yaml")))
	c.kubectl(t, "apply", "--namespace", "team-a", "--filename", filepath.Join("testdata", "good.yaml"))
	r.awaitReady(t, "team-a", "welcome")
	if err := k.holds(kestraNamespace, "welcome", "Welcome")(t.Context()); err != nil {
		t.Error(err)
	}
}

// quoted is a text in JSON.
func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return string(encoded)
}
