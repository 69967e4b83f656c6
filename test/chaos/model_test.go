package chaos

import (
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// repairsAllowed within contentionWindow, beyond which the operator leaves a target to whoever keeps changing it.
	repairsAllowed   = 2
	contentionWindow = 11 * time.Minute
)

// target is one place in Kestra, which one user owns.
type target struct {
	kind
	name   string
	claims []*claim
	// may is what Kestra may hold while no object claims the target.
	may []string
	// changed is when somebody last changed it in Kestra.
	changed []time.Time
	count   int // of objects so far
}

// claim is an object of a target, as its user has it.
type claim struct {
	obj client.Object
	// acknowledged is the content that the API server last said it has stored; empty for an object whose creation it
	// did not answer. Doubtful are the contents since then whose outcome nobody knows.
	acknowledged string
	doubtful     []string
	// suspended and orphan are what was last asked for; unsure is true when it was not acknowledged.
	suspended, orphan, unsure bool
	// deleted is true once a deletion was acknowledged, and perhaps when it was only tried.
	deleted, perhapsDeleted bool
	// settled is true once a check has found the object's text in Kestra.
	settled bool
	// since are the contents that it may have had since the last check, that of the check included: Kestra may hold any.
	since []string
}

// mayHold adds to what Kestra may hold without an object.
func (t *target) mayHold(texts ...string) {
	for _, text := range texts {
		if !slices.Contains(t.may, text) {
			t.may = append(t.may, text)
		}
	}
}

// afterDeletion adds what the deletion of a claim may leave behind: nothing, unless the object says that its text stays, or
// what was there before, unless the object is known to have replaced it.
func (t *target) afterDeletion(c *claim) {
	if len(t.claims) > 1 { // whoever comes next inherits what the other wrote
		t.mayHold(absent)
		for _, other := range t.claims {
			t.mayHold(t.textsOf(other)...)
		}
		return
	}
	switch {
	case c.unsure || !c.settled:
		t.mayHold(absent)
		if t.kind.name == keyValueKind.name && len(c.since) > 1 {
			// What it wrote before it was changed is not proven to be its own, when the outcome was lost.
			t.mayHold(t.textsOf(c)...)
		}
	case c.orphan: // what somebody changed in Kestra meanwhile stays, too
	default:
		t.may = []string{absent}
	}
	if c.unsure || c.orphan {
		t.mayHold(t.textsOf(c)...)
	}
}

// textsOf are the texts that an object may have wanted.
func (t *target) textsOf(c *claim) (texts []string) {
	for _, content := range c.since {
		texts = append(texts, t.textOf(c.obj, content))
	}
	return texts
}

// textOf is what Kestra would hold if an object wanted a content.
func (t *target) textOf(obj client.Object, content string) string {
	wanting := obj.DeepCopyObject().(client.Object)
	t.edit(wanting, t.name, content)
	return t.wants(wanting)
}

// changesAllowed within contentionWindow are fewer where an entry may expire. Kestra tells that once: where the answer is lost
// and the operator's clock is behind, it is a deletion, whose repair counts.
func (t *target) changesAllowed() int {
	if t.kind.name == keyValueKind.name && mayExpire(t.name) {
		return repairsAllowed - 1
	}
	return repairsAllowed
}

// mayBeChanged is true when one more change in Kestra is no contention, and notes the change.
func (t *target) mayBeChanged(now time.Time) bool {
	t.changed = slices.DeleteFunc(t.changed, func(at time.Time) bool { return now.Sub(at) > contentionWindow })
	if len(t.changed) >= t.changesAllowed() {
		return false
	}
	t.changed = append(t.changed, now)
	return true
}
