package status

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Count says how many objects there are, and in which state.
type Count struct {
	Total     int `json:"total"`
	Ready     int `json:"ready"`
	Suspended int `json:"suspended"`
	NotReady  int `json:"notReady"`
}

// Summary is what became of a set of objects. Its JSON is the output of "status -o json"; fields are added, never
// changed.
type Summary struct {
	Count
	// Namespaces in Kestra, in the order of their tenants and names.
	Namespaces []Namespace `json:"namespaces"`
}

// Namespace of Kestra, and what objects keep there.
type Namespace struct {
	// Tenant is empty for the operator's default one.
	Tenant string `json:"tenant,omitempty"`
	Name   string `json:"namespace"`
	Count
	Kinds []Kind `json:"kinds"`
}

// Kind is what objects of one kind keep in a namespace of Kestra.
type Kind struct {
	Name string `json:"kind"`
	Count
	Objects []Object `json:"objects"`
}

// Object is one object of a summary.
type Object struct {
	// Namespace and Name in Kubernetes.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// ID is the flow's id, the key or the path of the file.
	ID      string       `json:"id"`
	State   plugin.State `json:"state"`
	Reason  string       `json:"reason,omitempty"`
	Message string       `json:"message,omitempty"`
	URL     string       `json:"url,omitempty"`
}

// Summarise counts and groups objects. The order of the objects does not matter.
func Summarise(objects []plugin.Object) Summary {
	summary := Summary{Namespaces: []Namespace{}}
	for _, object := range sorted(objects) {
		state, reason, message := object.Condition()
		summary.add(state)
		namespace := last(&summary.Namespaces, func(n Namespace) bool { return n.Tenant == object.Tenant && n.Name == object.Place })
		namespace.Tenant, namespace.Name = object.Tenant, object.Place
		namespace.add(state)
		kind := last(&namespace.Kinds, func(k Kind) bool { return k.Name == object.Kind })
		kind.Name = object.Kind
		kind.add(state)
		kind.Objects = append(kind.Objects, Object{
			Namespace: object.GetNamespace(), Name: object.GetName(), ID: object.ID,
			State: state, Reason: reason, Message: message, URL: object.URL,
		})
	}
	return summary
}

// sorted puts the objects in the order of the summary.
func sorted(objects []plugin.Object) []plugin.Object {
	kinds := v1alpha1.Kinds()
	objects = slices.Clone(objects)
	slices.SortFunc(objects, func(a, b plugin.Object) int {
		return cmp.Or(
			strings.Compare(a.Tenant, b.Tenant), strings.Compare(a.Place, b.Place),
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			strings.Compare(a.GetNamespace(), b.GetNamespace()), strings.Compare(a.GetName(), b.GetName()),
		)
	})
	return objects
}

// last returns the last element of a list when it is the one that is asked for, and a new one otherwise.
func last[T any](list *[]T, is func(T) bool) *T {
	if n := len(*list); n == 0 || !is((*list)[n-1]) {
		*list = append(*list, *new(T))
	}
	return &(*list)[len(*list)-1]
}

func (c *Count) add(state plugin.State) {
	c.Total++
	switch state {
	case plugin.Ready:
		c.Ready++
	case plugin.Suspended:
		c.Suspended++
	default:
		c.NotReady++
	}
}
