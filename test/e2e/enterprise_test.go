package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/doctest"
)

// A release of the Enterprise operator's chart, its definitions and its objects become this operator's in place.
func TestAReleaseOfTheEnterpriseOperatorIsTakenOver(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	folder := filepath.Join("testdata", "enterprise")
	r := release{cluster: c, name: "my-kestra-operator", namespace: "kestra", values: filepath.Join(folder, "values.yaml")}
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n")
	r.helm(t, "install", r.name, folder, "--namespace", r.namespace, "--values", r.values)
	c.kubectl(t, "wait", "customresourcedefinitions", "--all", "--for=condition=Established", "--timeout=60s")
	c.kubectl(t, "create", "secret", "generic", "kestra-login", "--namespace", r.namespace, "--from-literal=login="+login())
	c.kubectl(t, "create", "--filename", filepath.Join(folder, "objects.yaml"))
	c.kubectl(t, "patch", "flow", "synced", "--namespace", "team-a", "--subresource=status", "--type=merge",
		`--patch={"status":{"validated":true,"reason":"","revision":3}}`)
	began := time.Now()
	r.takeOverByThePages(t)
	report(t, "from an Enterprise release, by the pages, until ready: %.1f s", time.Since(began).Seconds())

	t.Run("its flow is adopted and its status kept up", func(t *testing.T) {
		r.awaitReady(t, "team-a", "synced")
		var flow v1alpha1.KestraFlow
		c.get(t, "team-a", "synced", &flow)
		if !flow.Status.Validated || flow.Status.Revision == 0 {
			t.Errorf("status %+v", flow.Status)
		}
		if diff := cmp.Diff([]string{v1alpha1.Finalizer}, flow.Finalizers); diff != "" {
			t.Errorf("finalizers (-want +got):\n%s", diff)
		}
		if err := k.holds(kestraNamespace, "synced", "From the operator before")(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("its key-value is adopted", func(t *testing.T) {
		c.kubectl(t, "wait", "kv/motto", "--namespace", "team-a", "--for=condition=Ready", "--timeout=60s")
	})
	t.Run("an object that lacks fields can be labelled and deleted", func(t *testing.T) {
		c.kubectl(t, "label", "flow", "incomplete", "--namespace", "team-a", "team=a")
		c.kubectl(t, "delete", "flow", "incomplete", "--namespace", "team-a", "--timeout=60s")
	})
	t.Run("its definitions are checked from now on", func(t *testing.T) {
		flow := newFlow("team-a", "nameless", "Hello")
		flow.Spec.ID = ""
		if err := c.admin.Create(t.Context(), flow); err == nil {
			t.Error("a flow without an id was stored")
		}
	})
	t.Run("a flow is changed and deleted as any other", func(t *testing.T) {
		flow := newFlow("team-a", "synced", "From this operator")
		patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"source":`+quoted(flow.Spec.Source)+`}}`))
		if err := c.admin.Patch(t.Context(), flow, patch); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the change is in Kestra", k.holds(kestraNamespace, "synced", "From this operator"))
		c.kubectl(t, "delete", "flow", "synced", "--namespace", "team-a", "--timeout=60s")
		if err := k.lacks(kestraNamespace, "synced")(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("the spellings of the documentation are understood", func(t *testing.T) {
		r.values = filepath.Join(folder, "documented-values.yaml")
		c.kubectl(t, "create", "secret", "generic", "kestra-environment", "--namespace", r.namespace,
			"--from-literal=KESTRA_API_BASIC_AUTH="+login())
		r.upgrade(t)
		r.createReady(t, "team-a", "documented", "Hello")
	})
	t.Run("its definitions become part of the release", func(t *testing.T) {
		if _, err := r.Helm(t.Context(), "upgrade", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--set", "crds.mode=chart", "--dry-run=server"); err == nil {
			t.Error("definitions that another made were taken over without being asked to")
		}
		r.upgrade(t, "--set", "crds.mode=chart", "--take-ownership")
		var flow v1alpha1.KestraFlow
		c.get(t, "team-a", "documented", &flow)
		if owned, err := c.ownedByHelm(t.Context()); err != nil || len(owned) != len(kinds) {
			t.Errorf("owned by a release: %q, %v", owned, err)
		}
	})
}

// takeOverByThePages follows the pages in a folder with the values of the release. The first block judges what is stored; an
// object that it would refuse is stored after it.
func (r release) takeOverByThePages(t *testing.T) {
	t.Helper()
	reader := r.reader(t)
	values, err := os.ReadFile(r.values)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(reader.Folder, "values.yaml"), values, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, chapter := range takingOver {
		page := sectionOf(t, chapter.page, chapter.heading)
		if chapter.page == enterprise {
			judging := page
			judging.Blocks, page.Blocks = page.Blocks[:1], page.Blocks[1:]
			reader.Follow(t, project, judging, doctest.Nodes)
			r.kubectl(t, "create", "--filename", filepath.Join("testdata", "enterprise", "incomplete.yaml"))
		}
		reader.Follow(t, project, page, doctest.Nodes)
	}
}

// ownedByHelm lists the definitions that are part of a release.
func (c *cluster) ownedByHelm(ctx context.Context) ([]string, error) {
	output, err := c.Kubectl(ctx, "get", "customresourcedefinitions", "--selector", "app.kubernetes.io/managed-by=Helm", "--output", "name")
	if err != nil {
		return nil, err
	}
	return strings.Fields(strings.ReplaceAll(output, "customresourcedefinition.apiextensions.k8s.io/", "")), nil
}
