package controllers_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// All kinds live a whole life on every server that is supported.
func TestEveryServerIsServed(t *testing.T) {
	token := devkestra.Token{Value: "an-api-token", ServiceAccount: true}
	enterprise := func(version string) devkestra.Options {
		return devkestra.Options{Version: version, Edition: devkestra.Enterprise, Tenants: []string{"main", "other"}, Tokens: []devkestra.Token{token}}
	}
	servers := map[string]devkestra.Options{
		"open source 1.0": {Version: "1.0.45"},
		"open source 1.3": {Version: "1.3.25"},
		"open source 2.0": {Version: "2.0.0"},
		"Enterprise 1.3":  enterprise("1.3.25"),
		"Enterprise 2.0":  enterprise("2.0.0"),
	}
	for name, options := range servers {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options)
			tenant := "main"
			if options.Edition == devkestra.Enterprise {
				w.token, tenant = token.Value, "other"
			}
			w.start()
			flow, kv, file := makeFlow("hello", "hello", sourceOf("hello", "one")), makeKeyValue("k", "", "one"), makeFile("f", "d/f.txt", "one")
			flow.Spec.Tenant, kv.Spec.Tenant, file.Spec.Tenant = tenant, tenant, tenant
			objects := []client.Object{flow, kv, file}
			w.create(objects...)
			w.awaitSynced(objects...)
			update(w, flow, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "two") })
			update(w, kv, func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Value = new("two") })
			update(w, file, func(obj *v1alpha1.KestraNamespaceFile) { obj.Spec.Content = new("two") })
			w.awaitSynced(objects...)
			gotFlow, _ := w.kestra.Flow(tenant, team, "hello")
			gotValue, _ := w.kestra.KeyValue(tenant, team, "k")
			gotFile, _ := w.kestra.File(tenant, team, "/d/f.txt")
			if gotFlow.Source != readOnlySourceOf("hello", "two") || gotValue.Value != "two" || string(gotFile) != "two" {
				t.Errorf("in Kestra: %q, %v, %q", gotFlow.Source, gotValue.Value, gotFile)
			}
			for _, obj := range objects {
				w.delete(obj)
			}
			if left := len(w.kestra.Flows(tenant)) + len(w.kestra.KeyValues(tenant)) + len(w.kestra.Files(tenant, team)); left > 0 {
				t.Errorf("%d left in Kestra, want none", left)
			}
		})
	}
}

func TestATokenThatMayNotChangeReadOnlyFlowsIsTheOperatorsProblem(t *testing.T) {
	token := devkestra.Token{Value: "a-persons-token"}
	w := newWorld(t, devkestra.Options{Edition: devkestra.Enterprise, Tokens: []devkestra.Token{token}})
	w.token = token.Value
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", "one"))
	w.create(obj)
	w.awaitSynced(obj)
	update(w, obj, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf("hello", "two") })
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonUnauthorized)
}
