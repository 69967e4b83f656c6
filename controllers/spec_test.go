package controllers_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// The API server counts what is written to a spec, and says who owns its fields.
func TestInvariant4TheUsersBytesAreSacred(t *testing.T) {
	for _, kind := range modelKinds {
		t.Run(kind.name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := settled(w, kind)
			kind.put(w, "target", "edited")
			w.requestReconcile(obj)
			w.awaitSynced(obj)
			update(w, obj, func(o client.Object) { kind.setContent(o, "two") })
			w.awaitSynced(obj)
			if got := obj.GetGeneration(); got != 2 {
				t.Errorf("generation %d, want 2: one for the creation and one for the update", got)
			}
			owned := 0
			for _, entry := range obj.GetManagedFields() {
				if entry.Manager != "kestra-operator" {
					continue
				}
				owned++
				if fields := entry.FieldsV1.GetRawString(); strings.Contains(fields, `"f:spec"`) {
					t.Errorf("the operator owns fields of the spec: %s", fields)
				}
			}
			if owned == 0 {
				t.Error("the operator owns nothing: was its name changed?")
			}
		})
	}
}
