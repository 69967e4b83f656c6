package release

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const (
	// fieldOwner names the writer in managedFields.
	fieldOwner = client.FieldOwner("kestra-operator-release")
	// pageSize is how many objects are listed at a time.
	pageSize = 500
)

// Options of a release.
type Options struct {
	// Namespace in Kubernetes; all of them when empty.
	Namespace string
	Selection selection.Selection
	// Selector of labels, for kinds that are released as a whole; nil for every object.
	Selector labels.Selector
	// OperatorStopped is the caller's word that no operator runs; otherwise that is looked up.
	OperatorStopped bool
	// DryRun changes nothing.
	DryRun bool
}

// Outcome is what became of one object that held the finalizer.
type Outcome struct {
	Kind, Namespace, Name string
	// Deleting objects are gone with the finalizer, unless they have others.
	Deleting bool
	// Refused says why the object was left as it was; nil when it was released.
	Refused error
}

// errRunning is why an object is left alone while an operator runs.
var errRunning = errors.New("an operator is running and would put the finalizer back")

// Run releases the selected objects and tells of each one, as it goes. It goes on after an object that cannot
// be released; the error is of what was not even found or listed.
func Run(ctx context.Context, c client.Client, options Options, tell func(Outcome)) error {
	r := releaser{client: c, options: options, tell: tell}
	if !options.OperatorStopped {
		var err error
		if r.running, err = operatorRuns(ctx, c); err != nil {
			return err
		}
	}
	var problems []error
	for _, kind := range v1alpha1.Kinds() {
		if names, selected := options.Selection[kind]; selected {
			problems = append(problems, r.kind(ctx, kind, names))
		}
	}
	return errors.Join(problems...)
}

type releaser struct {
	client  client.Client
	options Options
	running bool
	tell    func(Outcome)
}

func (r releaser) kind(ctx context.Context, kind string, names []string) error {
	if len(names) == 0 {
		return r.list(ctx, kind)
	}
	var problems []error
	for _, name := range names {
		obj := metadataOf(kind)
		if err := r.client.Get(ctx, client.ObjectKey{Namespace: r.options.Namespace, Name: name}, obj); err != nil {
			problems = append(problems, fmt.Errorf("read %s/%s: %w", kind, name, err))
			continue
		}
		r.object(ctx, kind, obj)
	}
	return errors.Join(problems...)
}

func (r releaser) list(ctx context.Context, kind string) error {
	page := &metav1.PartialObjectMetadataList{}
	for {
		page.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		err := r.client.List(ctx, page, &client.ListOptions{
			Namespace: r.options.Namespace, LabelSelector: r.options.Selector, Limit: pageSize, Continue: page.Continue,
		})
		if meta.IsNoMatchError(err) {
			return nil // its definition is gone, and every object with it
		}
		if err != nil {
			return fmt.Errorf("list objects of kind %s: %w", kind, err)
		}
		for i := range page.Items {
			r.object(ctx, kind, &page.Items[i])
		}
		if page.Continue == "" {
			return nil
		}
	}
}

// object releases one object that holds the finalizer.
func (r releaser) object(ctx context.Context, kind string, obj *metav1.PartialObjectMetadata) {
	if !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) {
		return
	}
	outcome := Outcome{Kind: kind, Namespace: obj.Namespace, Name: obj.Name, Deleting: !obj.DeletionTimestamp.IsZero()}
	switch {
	case r.running && !outcome.Deleting:
		outcome.Refused = errRunning
	case !r.options.DryRun:
		outcome.Refused = r.strip(ctx, kind, client.ObjectKeyFromObject(obj))
	}
	r.tell(outcome)
}

// strip takes the finalizer off. The list of finalizers is replaced as a whole, so it is read again when
// someone else has changed the object meanwhile. The spec is left alone, deletionPolicy too: it belongs to
// whoever applies the object, and without the finalizer nothing acts upon the deletion.
func (r releaser) strip(ctx context.Context, kind string, key client.ObjectKey) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		obj := metadataOf(kind)
		if err := r.client.Get(ctx, key, obj); err != nil {
			return err
		}
		base := obj.DeepCopy()
		obj.Finalizers = slices.DeleteFunc(obj.Finalizers, func(f string) bool { return f == v1alpha1.Finalizer })
		patch := client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})
		return r.client.Patch(ctx, obj, patch, fieldOwner)
	})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func metadataOf(kind string) *metav1.PartialObjectMetadata {
	obj := &metav1.PartialObjectMetadata{}
	obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	return obj
}
