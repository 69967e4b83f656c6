package controllers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// After a start, every object waits to be looked at. What somebody changes then does not wait for all of them.
func TestAChangeGoesBeforeTheMassOfAStart(t *testing.T) {
	const mass = 100
	w := newWorld(t, devkestra.Options{}).start()
	objects := w.makeFlows(mass)
	w.awaitAllSynced(mass)
	w.stop()
	w.kestra.ResetRequests()
	w.kestra.SetLatency(50 * time.Millisecond) // so that the mass takes a while
	w.options.Concurrency = 1
	w.start()
	w.awaitLooks(5)
	last := objects[mass-1].(*v1alpha1.KestraFlow)
	update(w, last, func(obj *v1alpha1.KestraFlow) { obj.Spec.Source = sourceOf(obj.Spec.ID, "changed") })
	w.awaitSynced(last)
	w.kestra.SetLatency(0)
	looks := w.kestra.Requests(func(r devkestra.Request) bool {
		return r.Method == http.MethodGet && strings.Contains(r.Path, "/flows/")
	})
	t.Logf("%d looks before the change was in Kestra", len(looks))
	if len(looks) > mass/2 {
		t.Errorf("%d of %d objects were looked at before the change was in Kestra", len(looks), mass)
	}
}

// An object that keeps failing takes nobody's turn.
func TestAnObjectThatFailsDoesNotHoldUpOthers(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Concurrency = 1
	w.kestra.Fail(devkestra.Call("", "/flows/"+team+"/bad"), devkestra.Fault{Status: 500}, devkestra.Always)
	w.start()
	bad, good := makeFlow("bad", "bad", sourceOf("bad", "hi")), makeFlow("good", "good", sourceOf("good", "hi"))
	w.create(bad)
	w.awaitLooks(1)
	w.create(good)
	w.awaitSynced(good)
	if _, found := w.kestra.Flow("main", team, "bad"); found {
		t.Error("the failing flow is in Kestra")
	}
}
