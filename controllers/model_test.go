package controllers_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	modelTargets = 6 // two of each kind
	// A long run, such as that of make model, has more seeds and more steps of each, by these variables of the environment.
	modelSeedsVariable, modelSeeds = "MODEL_SEEDS", 3
	modelStepsVariable, modelSteps = "MODEL_STEPS", 150
)

// fromEnvironment reads a number from the environment.
func fromEnvironment(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return number
}

// modelKind is how the model acts on one kind, in the cluster and in Kestra.
type modelKind struct {
	name       string
	make       func(name, target, content string) client.Object
	setContent func(obj client.Object, content string)
	// want is what Kestra shall hold for a content.
	want   func(target, content string) string
	read   func(w *world, target string) (string, bool)
	put    func(w *world, target, content string)
	remove func(w *world, target string)
}

var modelKinds = []modelKind{
	{
		name: "flow",
		make: func(name, target, content string) client.Object {
			return makeFlow(name, target, sourceOf(target, content))
		},
		setContent: func(obj client.Object, content string) {
			f := obj.(*v1alpha1.KestraFlow)
			f.Spec.Source = sourceOf(f.Spec.ID, content)
		},
		want: readOnlySourceOf,
		read: func(w *world, target string) (string, bool) {
			f, found := w.kestra.Flow("main", team, target)
			return f.Source, found
		},
		put: func(w *world, target, content string) {
			w.kestra.PutFlow("main", team, target, sourceOf(target, content))
		},
		remove: func(w *world, target string) { w.kestra.DeleteFlow("main", team, target) },
	},
	{
		name: "key-value",
		make: func(name, target, content string) client.Object {
			kv := makeKeyValue(target, "STRING", content)
			kv.Name = name
			return kv
		},
		setContent: func(obj client.Object, content string) { obj.(*v1alpha1.KestraKeyValue).Spec.Value = &content },
		want:       func(_, content string) string { return content },
		read: func(w *world, target string) (string, bool) {
			kv, found := w.kestra.KeyValue("main", team, target)
			return fmt.Sprint(kv.Value), found
		},
		put: func(w *world, target, content string) {
			w.kestra.PutKeyValue("main", team, target, strconv.Quote(content), 0)
		},
		remove: func(w *world, target string) { w.kestra.DeleteKeyValue("main", team, target) },
	},
	{
		name:       "file",
		make:       func(name, target, content string) client.Object { return makeFile(name, "d/"+target, content) },
		setContent: func(obj client.Object, content string) { obj.(*v1alpha1.KestraNamespaceFile).Spec.Content = &content },
		want:       func(_, content string) string { return content },
		read: func(w *world, target string) (string, bool) {
			content, found := w.kestra.File("main", team, "/d/"+target)
			return string(content), found
		},
		put:    func(w *world, target, content string) { w.kestra.PutFile("main", team, "/d/"+target, []byte(content)) },
		remove: func(w *world, target string) { w.kestra.DeleteFile("main", team, "/d/"+target) },
	},
}

// modelObject is an object as the model has it.
type modelObject struct {
	client.Object
	content   string
	suspended bool
}

// modelTarget is one target: the objects that want it, the owner first, and what Kestra holds.
type modelTarget struct {
	modelKind
	name    string
	objects []*modelObject
	held    string
	exists  bool
}

// model knows what Kestra must hold after any sequence of steps.
type model struct {
	*world
	random  *rand.Rand
	targets []*modelTarget
	count   int
}

func TestAnySequenceOfChangesEndsWithWhatTheOwnersWant(t *testing.T) {
	steps := fromEnvironment(t, modelStepsVariable, modelSteps)
	for seed := range fromEnvironment(t, modelSeedsVariable, modelSeeds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			m := &model{world: newWorld(t, devkestra.Options{}).start(), random: rand.New(rand.NewPCG(uint64(seed), 0))}
			for i := range modelTargets {
				m.targets = append(m.targets, &modelTarget{modelKind: modelKinds[i%len(modelKinds)], name: fmt.Sprintf("t%d", i)})
			}
			for step := 0; step < steps && !t.Failed(); step++ {
				m.step()
			}
			m.settle(m.targets...)
			writes := m.kestra.WriteCount()
			m.settle(m.targets...)
			if more := m.kestra.WriteCount() - writes; more > 0 {
				t.Errorf("%d writes in a settled world, want none", more)
			}
			t.Logf("%d steps, %d writes, %d objects made", steps, writes, m.count)
		})
	}
}

// step makes one random change. Where its outcome depends on what the operator has already seen, the world
// settles first.
func (m *model) step() {
	target := m.targets[m.random.IntN(len(m.targets))]
	content := fmt.Sprintf("c%d", m.random.IntN(1000))
	switch dice := m.random.IntN(100); {
	case dice < 15:
		m.createObject(target, content)
	case dice < 45:
		m.updateObject(target, content)
	case dice < 55:
		m.deleteObject(target)
	case dice < 62:
		m.toggleSuspend(target)
	case dice < 90:
		m.editInKestra(target, content)
	case dice < 98:
		m.beforeForeignChange(target)
		target.remove(m.world, target.name)
		target.exists = false
	default: // in the middle of whatever it does
		m.stop()
		m.start()
	}
}

func (m *model) createObject(target *modelTarget, content string) {
	if len(target.objects) == 3 {
		return
	}
	m.settle(target) // the owner has written, so that it stays the owner within the same second
	if len(target.objects) > 1 || (len(target.objects) == 1 && target.objects[0].suspended) {
		m.awaitYounger(target.objects[len(target.objects)-1]) // those that wait have no other order
	}
	m.count++
	obj := &modelObject{Object: target.make(fmt.Sprintf("o%d", m.count), target.name, content), content: content}
	m.create(obj.Object)
	target.objects = append(target.objects, obj)
}

func (m *model) updateObject(target *modelTarget, content string) {
	if len(target.objects) == 0 {
		return
	}
	obj := target.objects[m.random.IntN(len(target.objects))]
	obj.content = content
	update(m.world, obj.Object, func(o client.Object) { target.setContent(o, content) })
}

func (m *model) deleteObject(target *modelTarget) {
	if len(target.objects) == 0 {
		return
	}
	m.settle(target)
	i := m.random.IntN(len(target.objects))
	obj := target.objects[i]
	if obj.suspended {
		return // its deletion would wait
	}
	m.delete(obj.Object)
	target.objects = slices.Delete(target.objects, i, i+1)
	if i == 0 && len(target.objects) == 0 {
		target.exists = false
	}
}

func (m *model) toggleSuspend(target *modelTarget) {
	if len(target.objects) == 0 {
		return
	}
	m.settle(target)
	obj := target.objects[m.random.IntN(len(target.objects))] // an heir, too
	obj.suspended = !obj.suspended
	update(m.world, obj.Object, func(o client.Object) { suite.PolicyOf(o).Suspend = obj.suspended })
	m.settle(target)
}

func (m *model) editInKestra(target *modelTarget, content string) {
	m.beforeForeignChange(target)
	target.put(m.world, target.name, "edited "+content)
	target.held, target.exists = target.read(m.world, target.name)
}

// beforeForeignChange lets time enough pass that the changes of a long test are no contention.
func (m *model) beforeForeignChange(target *modelTarget) {
	m.settle(target)
	m.clock.SetTime(m.clock.Now().Add(time.Hour))
}

// settle waits until every object of the targets was looked at, and compares Kestra with the model.
func (m *model) settle(targets ...*modelTarget) {
	m.t.Helper()
	for _, target := range targets {
		for i, obj := range target.objects {
			if obj.suspended {
				m.awaitReady(obj.Object, metav1.ConditionUnknown, v1alpha1.ReasonSuspended)
				continue
			}
			m.requestReconcile(obj.Object)
			if i == 0 {
				m.awaitSynced(obj.Object)
				target.held, target.exists = target.want(target.name, obj.content), true
			} else {
				m.awaitReady(obj.Object, metav1.ConditionFalse, v1alpha1.ReasonConflict)
			}
		}
		if held, exists := target.read(m.world, target.name); exists != target.exists || (exists && held != target.held) {
			m.t.Fatalf("%s in Kestra: %v, %q; want %v, %q", target.name, exists, held, target.exists, target.held)
		}
	}
}
