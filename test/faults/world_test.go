package faults_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/faults"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	pollInterval = 20 * time.Millisecond
	pollTimeout  = 2 * time.Minute
	// quietFor is how long no call is made by an operator that has nothing more to do.
	quietFor = 250 * time.Millisecond
)

// world is a Kubernetes namespace, a development Kestra with other people's work in it, and an operator.
type world struct {
	t         *testing.T
	kind      kind
	direct    client.WithWatch
	namespace string
	kestra    *devkestra.Server
	foreign   map[string]foreignItem
	truth     *truth
	operator  *operator
	// costs are the revisions that a fault may cost.
	costs int
}

func newWorld(t *testing.T, k kind) *world {
	t.Helper()
	access := plane.Config()
	access.QPS = -1
	direct, err := client.NewWithWatch(access, client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "faults-"}}
	if err := direct.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, kind: k, direct: direct, namespace: namespace.Name, kestra: devkestra.Start(t, k.server)}
	if k.beside != nil {
		for _, obj := range k.beside() {
			obj.SetNamespace(w.namespace)
			if err := direct.Create(t.Context(), obj); err != nil {
				t.Fatal(err)
			}
		}
	}
	seedForeign(w.kestra)
	w.foreign = foreign(w.kestra)
	var stop func()
	if w.truth, stop, err = newTruth(context.Background(), direct, k, w.kestra, w.namespace); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return w
}

// begin starts an operator and makes the state in which a scenario begins.
func (w *world) begin(s scenario) {
	w.t.Helper()
	w.truth.allow(s.allowed...)
	w.newOperator()
	if !s.asleep {
		w.operator.start()
		w.await("the operator's caches", func(context.Context) string { return unless(w.operator.isSynced(), "not complete") })
	}
	s.prepare(w)
	w.awaitQuiet()
}

// newOperator makes the next process of the operator, which the caller starts.
func (w *world) newOperator() {
	w.t.Helper()
	o, err := newOperator(w.kestra, w.kind.server.Tokens, w.namespace)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.kind.process {
		if o.process, err = newProgram(w.t, o); err != nil {
			w.t.Fatal(err)
		}
		o.toAPI.Arm(nil) // to see when it watches
	}
	w.operator = o
	w.t.Cleanup(o.stop)
}

func (w *world) newObject(name string) client.Object {
	obj := w.kind.newObject(name, one)
	obj.SetNamespace(w.namespace)
	return obj
}

func (w *world) create(name, content string) {
	w.t.Helper()
	obj := w.newObject(name)
	w.kind.edit(obj, content)
	if err := w.direct.Create(w.t.Context(), obj); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) createSettled(name, content string) {
	w.t.Helper()
	w.create(name, content)
	w.await(name+" to be ready", func(context.Context) string { return w.notReady(name) })
}

func (w *world) notReady(name string) string {
	return w.truth.lacks(name, v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
}

// edit changes what an object wants.
func (w *world) edit(name, content string) {
	w.t.Helper()
	w.patch(name, func(obj client.Object) { w.kind.edit(obj, content) })
}

// requestReconcile asks for another pass, and returns the request.
func (w *world) requestReconcile(name string) string {
	w.t.Helper()
	stamp := fmt.Sprint(time.Now().UnixNano())
	w.patch(name, func(obj client.Object) {
		obj.SetAnnotations(map[string]string{v1alpha1.AnnotationReconcileAt: stamp})
	})
	return stamp
}

func (w *world) patch(name string, change func(client.Object)) {
	w.t.Helper()
	obj := w.newObject(name)
	if err := w.direct.Get(w.t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
		w.t.Fatal(err)
	}
	base := obj.DeepCopyObject().(client.Object)
	change(obj)
	if err := w.direct.Patch(w.t.Context(), obj, client.MergeFrom(base)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) delete(name string) {
	w.t.Helper()
	if err := w.direct.Delete(w.t.Context(), w.newObject(name)); err != nil {
		w.t.Fatal(err)
	}
}

// await polls until nothing is lacking any more.
func (w *world) await(what string, lacking func(context.Context) string) {
	w.t.Helper()
	if err := w.poll(what, lacking); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) poll(what string, lacking func(context.Context) string) error {
	last := ""
	err := wait.PollUntilContextTimeout(w.t.Context(), pollInterval, pollTimeout, true,
		func(ctx context.Context) (bool, error) {
			last = lacking(ctx)
			return last == "", nil
		})
	if err != nil {
		return fmt.Errorf("waited %s for %s: %s", pollTimeout, what, last)
	}
	return nil
}

// awaitQuiet waits until the operator has made no call for a while.
func (w *world) awaitQuiet() {
	w.t.Helper()
	calls, since := -1, time.Now()
	w.await("the operator to come to rest", func(context.Context) string {
		now := w.operator.toKestra.Total() + w.operator.toAPI.Total()
		if now != calls || w.operator.toKestra.Pending()+w.operator.toAPI.Pending() > 0 {
			calls, since = now, time.Now()
		}
		return unless(time.Since(since) >= quietFor, "it still makes calls")
	})
}

// lacking says what the world lacks to be as the scenario has it in the end; empty when it lacks nothing.
func (w *world) lacking(s scenario) string {
	if held := w.kind.holds(w.kestra); held != s.outcome {
		return fmt.Sprintf("Kestra holds %q, not %q (%s)", held, s.outcome, w.notReady(s.object))
	}
	if s.outcome == nothing || s.outcome == theirs {
		return unless(!w.truth.exists(s.object), s.object+" is still there: "+w.notReady(s.object))
	}
	return w.notReady(s.object)
}

// verify returns every promise that was broken by the end of a scenario.
func (w *world) verify(s scenario) error {
	var broken []error
	fail := func(format string, args ...any) { broken = append(broken, fmt.Errorf(format, args...)) }
	if lacking := w.lacking(s); lacking != "" {
		fail("did not stay converged: %s", lacking)
	}
	got, want := w.kind.revision(w.kestra), s.revisions[w.kind.name]
	if s.revisions != nil && (got < want || got > want+w.costs) {
		fail("the target has %d revisions, want %d, and %d more at the most", got, want, w.costs)
	}
	for _, lie := range w.truth.told() {
		fail("%s", lie)
	}
	for _, violation := range w.kestra.Violations() {
		fail("a call that would harm a real Kestra: %+v", violation)
	}
	if diff := cmp.Diff(w.foreign, foreign(w.kestra), cmp.AllowUnexported(foreignItem{})); diff != "" {
		fail("what others keep in Kestra has changed (-before +after):\n%s", diff)
	}
	return errors.Join(broken...)
}

// rest lets the operator look once more at what has converged; it must find nothing to do.
func (w *world) rest(s scenario) error {
	if !w.truth.exists(s.object) {
		return nil
	}
	if err := w.poll("Kestra to count what it was asked", func(context.Context) string {
		return unless(w.kestra.Pending() == 0, "a request is under way")
	}); err != nil {
		return err
	}
	before := w.kestra.WriteCount()
	stamp := w.requestReconcile(s.object)
	if err := w.poll("another look", func(context.Context) string {
		return unless(w.truth.handled(s.object) == stamp, "the request is not echoed")
	}); err != nil {
		return err
	}
	if writes := w.kestra.WriteCount() - before; writes > 0 {
		return fmt.Errorf("another look at what had converged made %d writes", writes)
	}
	return nil
}

// inject runs a scenario, one of whose calls fails, and returns every promise that was broken.
func (w *world) inject(s scenario, proxy *faults.Proxy, fault faults.Fault) error {
	w.truth.resetOutcomes()
	w.costs = w.kind.costs
	forbidden := fault.Way.Name == "403"
	if fault.Then != nil {
		w.costs *= 2
		forbidden = forbidden || fault.Then.Name == "403"
	}
	if forbidden {
		w.truth.allow(v1alpha1.ReasonSourceMissing) // of a Secret: it is what the API server says
	}
	proxy.Arm(&fault)
	s.act(w)
	if err := w.awaitMet(s, proxy, fault.At); err != nil {
		return err
	}
	err := w.poll("the world to converge", func(context.Context) string {
		if w.truth.outcomeTold() {
			if err := proxy.Accept(); err != nil { // those who were refused have said so
				return err.Error()
			}
		}
		return w.lacking(s)
	})
	if err != nil {
		return errors.Join(err, w.verify(s))
	}
	// Where the operator does two things at a time, the world may have converged before anybody was refused.
	if err := proxy.Accept(); err != nil {
		return err
	}
	if fault.Then != nil { // it may have come too late to hinder anything, and be under way now
		proxy.Arm(nil)
		w.awaitQuiet()
		if err := w.poll("the world to converge again", func(context.Context) string { return w.lacking(s) }); err != nil {
			return err
		}
	}
	return errors.Join(w.rest(s), w.verify(s))
}

// errUnmet is a run in which the call that shall fail was not made. Where an operator does two things at a time, the
// number of its reads can differ from run to run.
var errUnmet = errors.New("the call was not made")

// awaitMet waits for the call that fails, and returns errUnmet when the scenario is over without it.
func (w *world) awaitMet(s scenario, proxy *faults.Proxy, at faults.Call) error {
	calls, since := -1, time.Now()
	err := w.poll("the call "+at.String(), func(context.Context) string {
		total := w.operator.toKestra.Total() + w.operator.toAPI.Total()
		if total != calls || w.lacking(s) != "" {
			calls, since = total, time.Now()
		}
		over := time.Since(since) >= quietFor
		return unless(proxy.Met() || over, "not made yet")
	})
	if err == nil && !proxy.Met() {
		return errUnmet
	}
	return err
}

func unless(holds bool, otherwise string) string {
	if holds {
		return ""
	}
	return otherwise
}

// note tells whoever sets FAULTS_LOG what happens.
func note(format string, args ...any) {
	if os.Getenv("FAULTS_LOG") != "" {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}
