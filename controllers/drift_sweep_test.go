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

// isSingleRead is true for a look at one target, which a sweep saves.
func isSingleRead(r devkestra.Request) bool { return r.Method == http.MethodGet && !r.IsList() }

// isSweep is true for a list that each sweep makes once.
func isSweep(r devkestra.Request) bool { return strings.Contains(r.Path, "/flows/search") }

func TestASweepFindsDriftInListsAlone(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Interval = time.Second
	w.start()
	var objects []client.Object
	for i := range 20 {
		id := fmt.Sprintf("f%d", i)
		objects = append(objects, makeFlow(id, id, sourceOf(id, "hi")), makeKeyValue("k"+id, "STRING", "Hello"),
			makeFile("file-"+id, fmt.Sprintf("d%d/%s", i%2, id), "Hello"))
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
	w.kestra.PutFile("main", team, "/d1/f7", []byte("olleH"))
	w.kestra.DeleteFile("main", team, "/d0/f8")
	w.eventually("the repairs", func(context.Context) (bool, error) {
		f3, _ := w.kestra.Flow("main", team, "f3")
		f4, _ := w.kestra.Flow("main", team, "f4")
		k5, _ := w.kestra.KeyValue("main", team, "kf5")
		k6, _ := w.kestra.KeyValue("main", team, "kf6")
		return f3.Source == readOnlySourceOf("f3", "hi") && f4.Source == readOnlySourceOf("f4", "hi") &&
			k5.Value == "Hello" && k6.Value == "Hello" && holds(w, "/d1/f7") && holds(w, "/d0/f8") &&
			w.kestra.WriteCount() >= 6, nil // a request is counted once it is answered
	})
	if got := w.kestra.WriteCount(); got != 6 {
		t.Errorf("%d writes, want one for each change", got)
	}
}

// awaitSweeps waits until so many sweeps more have begun and ended.
func (w *world) awaitSweeps(count int) {
	w.t.Helper()
	sweeps := func() int { return len(w.kestra.Requests(isSweep)) }
	before := sweeps()
	w.eventually("sweeps", func(context.Context) (bool, error) { return sweeps() > before+count, nil })
}

func TestAFileOfTheSameSizeIsReadOnlyWhenItsTimeIsAnother(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.options.Interval = time.Second
	obj, counted := makeFile("f", "d/f.txt", "one"), makeFlow("counted", "counted", sourceOf("counted", "hi"))
	w.kestra.PutFile("main", team, "/d/others.txt", []byte("somebody's"))
	w.start()
	w.create(obj, counted)
	w.awaitSynced(obj, counted)
	recorded := obj.Status.Target.Revision
	w.awaitSweeps(1)
	w.kestra.ResetRequests()
	w.awaitSweeps(2)
	if reads := w.kestra.Requests(isSingleRead); len(reads) > 0 {
		t.Errorf("%d reads of an unchanged file, the first %+v; want none", len(reads), reads[0])
	}
	w.kestra.PutFile("main", team, "/d/f.txt", []byte("one")) // the same bytes, at another time
	w.eventually("the new time in status", func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return obj.Status.Target.Revision > recorded, err
	})
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none: the bytes are as they were", writes)
	}
}

func holds(w *world, path string) bool {
	content, _ := w.kestra.File("main", team, path)
	return string(content) == "Hello"
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
		return len(w.kestra.Requests(isSweep)) > 0, nil
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
