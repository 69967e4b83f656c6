package rights

import "fmt"

// Place is where a right holds.
type Place string

// Places of rights. Watched is each of the watched namespaces, or the whole cluster when all are watched.
const (
	Cluster Place = "the whole cluster"
	Own     Place = "the operator's namespace"
	Watched Place = "watched namespaces"
)

// Right is one verb on one kind of object.
type Right struct {
	Place    Place
	Verb     string
	Resource string // group/resource, and /subresource if any; the group of Secrets is empty
	// Named is true for a right to some objects only, by their names.
	Named bool
}

// String is the right in one line.
func (r Right) String() string {
	named := ""
	if r.Named {
		named = " by name"
	}
	return fmt.Sprintf("%s: %s %s%s", r.Place, r.Verb, r.Resource, named)
}

// Purpose is what rights are for.
type Purpose struct {
	Right
	// Verbs are those of the rights, each with this purpose; Verb is empty.
	Verbs []string
	// Feature is what an operator without one of them does not do.
	Feature string
	// Values of the chart that give them; empty for rights that are always given.
	Values string
}

// Each returns the purpose of every right.
func Each() map[Right]Purpose {
	all := map[Right]Purpose{}
	for _, purpose := range Table {
		for _, verb := range purpose.Verbs {
			right := purpose.Right
			right.Verb = verb
			all[right] = purpose
		}
	}
	return all
}
