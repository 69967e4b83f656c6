package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func rollsBackAFailedUpgrade(t *testing.T, r release, _ kestraPod) {
	output, err := r.Helm(t.Context(), "upgrade", r.name, chart, "--namespace", r.namespace, "--values", r.values,
		"--set", "image.tag=missing", "--rollback-on-failure", "--timeout", "20s")
	if err == nil {
		t.Fatalf("an upgrade to an image that is not there succeeded:\n%s", output)
	}
	r.runsItsImage(t)
	r.awaitOnly(t, 2)
	if err := r.applyFlow(t.Context(), "team-a", "after-failed-upgrade", "Still here"); err != nil {
		t.Error(err)
	}
	r.awaitReady(t, "team-a", "after-failed-upgrade")
}

// runsItsImage checks that the Deployment names the image that was built for the tests.
func (r release) runsItsImage(t testing.TB) {
	t.Helper()
	want := r.operator.repository + ":" + r.operator.tag
	if got := r.deployment(t).Spec.Template.Spec.Containers[0].Image; got != want {
		t.Errorf("the Deployment's image is %s, want %s", got, want)
	}
}

func rollsBack(t *testing.T, r release, _ kestraPod) {
	r.upgrade(t, "--set", "log.level=debug")
	if !strings.Contains(strings.Join(r.arguments(t), " "), "--log-level=debug") {
		t.Fatal("the upgrade did not change the arguments")
	}
	r.helm(t, "rollback", r.name, "--namespace", r.namespace, "--wait", "--timeout", "2m")
	if !strings.Contains(strings.Join(r.arguments(t), " "), "--log-level=info") {
		t.Errorf("after the rollback the arguments are %q", r.arguments(t))
	}
	r.awaitOnly(t, 2)
	if err := r.applyFlow(t.Context(), "team-a", "after-rollback", "Back again"); err != nil {
		t.Error(err)
	}
	r.awaitReady(t, "team-a", "after-rollback")
}

func (r release) arguments(t testing.TB) []string {
	t.Helper()
	return r.deployment(t).Spec.Template.Spec.Containers[0].Args
}

func holdsNothingUpWhenDead(t *testing.T, r release, k kestraPod) {
	r.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: orphans}\n")
	for _, id := range []string{"labelled", "suspended", "deleted"} {
		r.createReady(t, "orphans", id, "Hello")
	}
	r.scale(t, 0)
	defer r.awaitServing(t)
	defer r.scale(t, 2)
	in := func(arguments ...string) []string { return append(arguments, "--namespace", "orphans") }
	for name, arguments := range map[string][]string{
		"a label":             {"label", "flow", "labelled", "team=a"},
		"an annotation":       {"annotate", "flow", "labelled", "note=b"},
		"suspension":          {"patch", "flow", "suspended", "--type=merge", `--patch={"spec":{"suspend":true}}`},
		"the deletion policy": {"patch", "flow", "suspended", "--type=merge", `--patch={"spec":{"deletionPolicy":"Orphan"}}`},
		"the status":          {"patch", "flow", "suspended", "--subresource=status", "--type=merge", `--patch={"status":{"reason":"set by hand"}}`},
	} {
		t.Run(name+" is changed", func(t *testing.T) { r.kubectl(t, in(arguments...)...) })
	}
	t.Run("a new flow waits for a judge", func(t *testing.T) {
		err := r.applyFlow(t.Context(), "orphans", "unjudged", "Hello")
		if !apierrors.IsInternalError(err) {
			t.Errorf("want an internal error that says the webhook is not there, got %v", err)
		}
	})
	t.Run("a flow is deleted once its finalizer is taken off", func(t *testing.T) {
		r.kubectl(t, in("delete", "flow", "deleted", "--wait=false")...)
		r.kubectl(t, in("patch", "flow", "deleted", "--type=merge", `--patch={"metadata":{"finalizers":null}}`)...)
		r.refused(t, in("get", "flow", "deleted")...)
		// Nobody was there to tell Kestra.
		if err := k.holds(kestraNamespace, "deleted", "Hello")(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// awaitServing waits until the API server reaches a replica: that one is ready is told to the nodes a moment later.
func (r release) awaitServing(t testing.TB) {
	t.Helper()
	r.awaitOnly(t, 2)
	r.awaitJudged(t)
}

// awaitJudged waits until the API server reaches some replica.
func (c *cluster) awaitJudged(t testing.TB) {
	t.Helper()
	eventually(t, "flows are judged", func(ctx context.Context) error {
		return c.admin.Create(ctx, newFlow("default", "asking", "Anyone there?"), client.DryRunAll)
	})
}

func leavesObjectsBehind(t *testing.T, r release, k kestraPod) {
	r.createReady(t, "team-a", "left-behind", "I will survive")
	r.uninstall(t)
	for _, kind := range kinds {
		r.kubectl(t, "get", "customresourcedefinition", kind+".model.kestra.io")
	}
	var flow v1alpha1.KestraFlow
	r.get(t, "team-a", "left-behind", &flow)
	if flow.DeletionTimestamp != nil {
		t.Error("the flow is being deleted")
	}
	if err := k.holds(kestraNamespace, "left-behind", "survive")(t.Context()); err != nil {
		t.Error(err)
	}
	for _, resource := range []string{"validatingwebhookconfigurations,mutatingwebhookconfigurations", "clusterroles,clusterrolebindings"} {
		if left, err := r.own(t.Context(), resource, r.name); err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	}
	t.Run("and installing again takes them up", func(t *testing.T) {
		r.helm(t, "install", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--wait", "--timeout", "3m")
		if err := r.admin.Delete(t.Context(), &flow); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the flow is deleted in Kestra", k.lacks(kestraNamespace, "left-behind"))
		eventually(t, "the flow is gone", func(ctx context.Context) error {
			err := r.admin.Get(ctx, client.ObjectKeyFromObject(&flow), &flow)
			if err == nil {
				return fmt.Errorf("its finalizers are %q", flow.Finalizers)
			}
			return client.IgnoreNotFound(err)
		})
	})
}
