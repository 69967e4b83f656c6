package enterprise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const (
	// Manager is the field manager of what this operator writes to status.
	Manager = "kestra-operator"
	// pageSize is how many objects are read at a time.
	pageSize = 500
)

// finalizerSuffix ends the names of that operator's finalizers, which begin with a resource.
const finalizerSuffix = "." + v1alpha1.GroupName + "/finalizer"

// Trace is an object that another operator has just written to.
type Trace struct {
	Object *metav1.PartialObjectMetadata
	// Manager is the field manager that wrote the status, At a second precisely; empty when only the finalizer tells.
	Manager string
	At      time.Time
	// Finalizer that stands beside this operator's; empty when only the status tells.
	Finalizer string
}

// String says what was found, and what to do next.
func (t Trace) String() string {
	found := fmt.Sprintf("put its finalizer %s back on", t.Finalizer)
	if t.Manager != "" {
		found = fmt.Sprintf("(field manager %q) wrote the status of", t.Manager)
	}
	return fmt.Sprintf("another operator %s %s %s/%s: two that keep the same objects write to Kestra in turn. Stop the other one, or give them different namespaces",
		found, t.Object.Kind, t.Object.Namespace, t.Object.Name)
}

// Look returns the objects that another operator has written to after this one, or after a time when it is not zero.
// Options, such as a namespace, limit what is looked at.
func Look(ctx context.Context, reader client.Reader, since time.Time, options ...client.ListOption) ([]Trace, error) {
	var traces []Trace
	for _, kind := range v1alpha1.Kinds() {
		list := &metav1.PartialObjectMetadataList{}
		for {
			list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
			page := slices.Concat(options, []client.ListOption{client.Limit(pageSize), client.Continue(list.Continue)})
			if err := reader.List(ctx, list, page...); err != nil {
				return nil, fmt.Errorf("look for traces of another operator: list %s: %w", kind, err)
			}
			for _, object := range list.Items {
				object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
				if trace, found := find(&object, since); found {
					traces = append(traces, trace)
				}
			}
			if list.Continue == "" {
				break
			}
		}
	}
	return traces, nil
}

func find(object *metav1.PartialObjectMetadata, since time.Time) (Trace, bool) {
	trace := Trace{Object: object}
	if slices.Contains(object.Finalizers, v1alpha1.Finalizer) {
		if i := slices.IndexFunc(object.Finalizers, func(name string) bool { return strings.HasSuffix(name, finalizerSuffix) }); i >= 0 {
			trace.Finalizer = object.Finalizers[i]
		}
	}
	var own time.Time
	for _, entry := range statusWriters(object) {
		switch {
		case entry.Manager == Manager:
			own = entry.Time.Time
		case isPerson(entry.Manager):
		case entry.Time.After(trace.At):
			trace.Manager, trace.At = entry.Manager, entry.Time.Time
		}
	}
	after := !own.IsZero() && trace.At.After(own)
	recently := !since.IsZero() && trace.At.After(since)
	if !after && !recently {
		trace.Manager, trace.At = "", time.Time{}
	}
	return trace, trace.Manager != "" || trace.Finalizer != ""
}

// statusWriters are the managers of the object's status, with the time of their latest change.
func statusWriters(object *metav1.PartialObjectMetadata) []metav1.ManagedFieldsEntry {
	var entries []metav1.ManagedFieldsEntry
	for _, entry := range object.ManagedFields {
		if entry.Subresource == "status" && entry.Time != nil {
			entries = append(entries, entry)
		}
	}
	return entries
}

// isPerson is true of somebody at a command line, who may well correct a status.
func isPerson(manager string) bool { return strings.HasPrefix(manager, "kubectl") }
