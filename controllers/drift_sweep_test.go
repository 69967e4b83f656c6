package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// isSingleRead is true for a look at one flow or entry, which a sweep saves.
func isSingleRead(r devkestra.Request) bool {
	return r.Method == http.MethodGet && !r.IsList() && (strings.Contains(r.Path, "/flows/") || strings.Contains(r.Path, "/kv/"))
}

func TestASweepFindsDriftInListsAlone(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Interval = time.Second
	w.start()
	var objects []client.Object
	for i := range 20 {
		id := fmt.Sprintf("f%d", i)
		objects = append(objects, makeFlow(id, id, sourceOf(id, "hi")), makeKeyValue("k"+id, "STRING", "Hello"))
	}
	w.create(objects...)
	w.awaitSynced(objects...)
	w.awaitSweeps(1) // what the first one still found unsettled is looked at
	w.kestra.ResetRequests()

	// Far fewer sweeps than pass before every object is looked at anyway.
	w.awaitSweeps(2)
	if reads := w.kestra.Requests(isSingleRead); len(reads) > 0 {
		t.Errorf("%d reads of single targets in a steady state, the first %+v; want none", len(reads), reads[0])
	}

	w.kestra.PutFlow("main", team, "f3", sourceOf("f3", "edited"))
	w.kestra.DeleteFlow("main", team, "f4")
	w.kestra.PutKeyValue("main", team, "kf5", `"edited"`, 0)
	w.kestra.DeleteKeyValue("main", team, "kf6")
	w.eventually("the repairs", func(context.Context) (bool, error) {
		f3, _ := w.kestra.Flow("main", team, "f3")
		f4, _ := w.kestra.Flow("main", team, "f4")
		k5, _ := w.kestra.KeyValue("main", team, "kf5")
		k6, _ := w.kestra.KeyValue("main", team, "kf6")
		return f3.Source == readOnlySourceOf("f3", "hi") && f4.Source == readOnlySourceOf("f4", "hi") &&
			k5.Value == "Hello" && k6.Value == "Hello", nil
	})
	if got := w.kestra.WriteCount(); got != 4 {
		t.Errorf("%d writes, want one for each change", got)
	}
}

// awaitSweeps waits until the flows were listed so many times more.
func (w *world) awaitSweeps(count int) {
	w.t.Helper()
	sweeps := func() int { return len(w.kestra.Requests(devkestra.Request.IsList)) }
	before := sweeps()
	w.eventually("sweeps", func(context.Context) (bool, error) { return sweeps() >= before+2*count, nil })
}

func TestWithoutListsEachTargetIsLookedAt(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Interval = 3 * time.Second // so that only a fallback is in time
	w.kestra.Fail(devkestra.Call("GET", "/flows/search"), devkestra.Fault{Status: 404}, devkestra.Always)
	w.start()
	first := makeFlow("first", "first", sourceOf("first", "hi"))
	w.create(first)
	w.awaitSynced(first)
	w.eventually("a sweep that fails", func(context.Context) (bool, error) {
		return len(w.kestra.Requests(devkestra.Request.IsList)) > 0, nil
	})
	obj := makeFlow("hello", "hello", sourceOf("hello", "hi"))
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.PutFlow("main", team, "hello", sourceOf("hello", "edited"))
	w.eventually("the repair", func(context.Context) (bool, error) {
		stored, _ := w.kestra.Flow("main", team, "hello")
		return stored.Source == readOnlySourceOf("hello", "hi"), nil
	})
}
