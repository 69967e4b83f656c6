package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// Two releases, each with a Kestra and a team of its own, do not know of each other.
func TestTwoReleasesWithTwoKestras(t *testing.T) {
	c := onCluster(t)
	releases, kestras := map[string]release{}, map[string]kestraPod{}
	for _, team := range []string{"one", "two"} {
		c.apply(t, fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: team-%s}\n", team))
		kestras[team] = c.startKestra(t, "kestra-"+team)
		releases[team] = c.install(t, team+"-kestra-operator", "operator-"+team, kestras[team], fmt.Sprintf("watchNamespaces: [team-%s]\n", team))
	}
	t.Run("each writes its team's flows to its Kestra", func(t *testing.T) {
		for team, r := range releases {
			r.createReady(t, "team-"+team, "shared-id", "Team "+team)
		}
		for team, k := range kestras {
			if err := k.holds(kestraNamespace, "shared-id", "Team "+team)(t.Context()); err != nil {
				t.Errorf("the Kestra of team %s: %v", team, err)
			}
		}
	})
	t.Run("each judges its team's flows", func(t *testing.T) {
		for team := range releases {
			wantProblems(t, c.refused(t, "apply", "--namespace", "team-"+team, "--filename", filepath.Join("testdata", "bad.yaml")))
		}
	})
	t.Run("the end of one leaves the other as it was", func(t *testing.T) {
		releases["one"].uninstall(t)
		wantProblems(t, c.refused(t, "apply", "--namespace", "team-two", "--filename", filepath.Join("testdata", "bad.yaml")))
		releases["two"].createReady(t, "team-two", "later", "Still here")
		if err := kestras["one"].lacks(kestraNamespace, "later")(t.Context()); err != nil {
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
		"--from-literal=KESTRA_API_BASIC_AUTH="+kestra.DefaultCredentials.Username+":"+kestra.DefaultCredentials.Password)
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
