package controllers

import (
	"context"
	"iter"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// strategy is what differs between the kinds.
type strategy[T client.Object] interface {
	// kind is the object's kind, such as "KestraFlow".
	kind() string
	newObject() T
	newList() client.ObjectList
	policy(obj T) *v1alpha1.SyncPolicy
	status(obj T) *v1alpha1.SyncStatus
	// target names what the object keeps in Kestra; an empty tenant is the operator's default one.
	target(obj T) kestra.Target
	// recorded is the hash of what status says Kestra holds; empty when it says nothing.
	recorded(obj T) string
	// want judges the object, and returns what it wants Kestra to hold at a target. The error is a *problem
	// when the object cannot be admitted or its content cannot be read.
	want(ctx context.Context, obj T, target kestra.Target) (wanted, error)
	// place names what Kestra lists a target in: a tenant, or a directory of a namespace.
	place(target kestra.Target) kestra.Target
	// list yields every target of a place with its revision, which changes with the content.
	list(ctx context.Context, place kestra.Target) iter.Seq2[listed, error]
	// remove deletes a target from Kestra; one that is not there is a success.
	remove(ctx context.Context, target kestra.Target) error
}

// referrer is the strategy of a kind whose objects may have their content in a Secret or ConfigMap.
type referrer[T client.Object] interface {
	// references returns where the object's content is, nil when its spec holds it.
	references(obj T) *v1alpha1.ValueSource
}

// wanted is what one object wants Kestra to hold. It lives for one pass over that object.
type wanted interface {
	// hash identifies the content wanted.
	hash() string
	// look reads the target. The first time, it may presume from a recent list that nothing is there.
	look(ctx context.Context) (found, error)
	// write makes the target equal to the content, after look has found it different. It is IsConflict when look has
	// presumed that nothing is there, and something is.
	write(ctx context.Context) error
	// record notes in the object's status what Kestra holds after look or write, and returns its revision; 0 when
	// Kestra does not tell.
	record() (revision int64)
}

// found is what a look at a target has shown.
type found struct {
	// exists is true when Kestra holds something at the target.
	exists bool
	// presumed is true when the target was not read.
	presumed bool
	// settled is true when there is nothing to write.
	settled bool
	// expired is true when Kestra held the content and let it go as it was told to.
	expired bool
	// hash of what Kestra holds; empty when it cannot be told.
	hash string
	// detail says of what Kestra holds what helps to find out who put it there.
	detail string
	// next is when to look again because something will have changed by then; zero when nothing is known.
	next time.Time
}

// moment prints a time for people.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
