package controllers

import (
	"context"
	"fmt"
	"iter"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// keyValueStrategy keeps key-value entries.
type keyValueStrategy struct {
	server *kestra.Client
	values *valueReader
	hashes keyedHash
	clock  clock.PassiveClock
}

func (*keyValueStrategy) kind() string                        { return "KestraKeyValue" }
func (*keyValueStrategy) newObject() *v1alpha1.KestraKeyValue { return &v1alpha1.KestraKeyValue{} }
func (*keyValueStrategy) newList() client.ObjectList          { return &v1alpha1.KestraKeyValueList{} }

func (*keyValueStrategy) policy(obj *v1alpha1.KestraKeyValue) *v1alpha1.SyncPolicy {
	return &obj.Spec.SyncPolicy
}

func (*keyValueStrategy) status(obj *v1alpha1.KestraKeyValue) *v1alpha1.SyncStatus {
	return &obj.Status.SyncStatus
}

func (*keyValueStrategy) recorded(obj *v1alpha1.KestraKeyValue) string { return obj.Status.ValueHash }

func (*keyValueStrategy) references(obj *v1alpha1.KestraKeyValue) *v1alpha1.ValueSource {
	return obj.Spec.ValueFrom
}

func (*keyValueStrategy) target(obj *v1alpha1.KestraKeyValue) kestra.Target {
	return kestra.Target{Tenant: obj.Spec.Tenant, Namespace: obj.Spec.Namespace, Name: obj.Spec.Key}
}

func (s *keyValueStrategy) want(ctx context.Context, obj *v1alpha1.KestraKeyValue, target kestra.Target) (wanted, error) {
	if errs, _ := validation.ValidateKeyValue(obj); len(errs) > 0 {
		return nil, refusal(errs)
	}
	w := &wantedKeyValue{keyValueStrategy: s, obj: obj, target: target}
	if obj.Spec.ValueFrom == nil {
		w.value = *obj.Spec.Value
	} else {
		value, err := s.values.read(ctx, obj.Namespace, obj.Spec.ValueFrom)
		if err != nil {
			return nil, err
		}
		w.value = string(value)
	}
	body, err := keyvalue.Encode(obj.Spec.Type, w.value)
	if err != nil { // only of a value that admission could not read
		path := field.NewPath("spec", "valueFrom")
		return nil, refusal(field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())})
	}
	w.body = body
	return w, nil
}

func (s *keyValueStrategy) remove(ctx context.Context, target kestra.Target) error {
	return s.server.DeleteKeyValue(ctx, target)
}

func (*keyValueStrategy) place(target kestra.Target) kestra.Target {
	return kestra.Target{Tenant: target.Tenant}
}

func (s *keyValueStrategy) list(ctx context.Context, place kestra.Target) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		for line, err := range s.server.KeyValues(ctx, place.Tenant) {
			target := kestra.Target{Tenant: place.Tenant, Namespace: line.Namespace, Name: line.Key}
			if !yield(listed{target, line.Revision}, err) {
				return
			}
		}
	}
}

// wantedKeyValue is the entry that Kestra shall hold.
type wantedKeyValue struct {
	*keyValueStrategy
	obj    *v1alpha1.KestraKeyValue
	target kestra.Target
	value  string
	// body is the value as it is sent.
	body []byte
	// writtenAt is when it was written in this pass; zero when it was not.
	writtenAt time.Time
	// revision that Kestra holds; 0 when it does not tell.
	revision int64
	// options are what the entry in Kestra has beside its value.
	options keyValueOptions
}

// hash covers all that a write sends, so that a changed time to live or description is noticed, too.
func (w *wantedKeyValue) hash() string {
	return w.hashes.of(w.body, []byte(w.obj.Spec.TTL), []byte(w.obj.Spec.Description))
}

func (w *wantedKeyValue) look(ctx context.Context) (found, error) {
	seen, err := w.server.KeyValue(ctx, w.target)
	switch {
	case w.obj.Spec.TTL != "" && (kestra.IsGone(err) || (kestra.IsNotFound(err) && w.lifeIsOver())):
		w.noteEnd()
		keep := w.obj.Spec.OnExpiry != v1alpha1.ExpiryRecreate && w.obj.Status.ValueHash == w.hash()
		return found{expired: true, settled: keep}, nil
	case kestra.IsNotFound(err) || kestra.IsGone(err): // gone by a time to live that others gave it
		return found{}, nil
	case err != nil:
		return found{}, err
	}
	w.options = keyValueOptions{exists: true}
	w.revision = seen.Revision
	settled := keyvalue.Equal(w.obj.Spec.Type, w.value, seen.Type, seen.Value)
	if settled {
		if settled, err = w.optionsAreCurrent(ctx); err != nil {
			return found{}, err
		}
	}
	return found{
		exists:  true,
		settled: settled,
		detail:  fmt.Sprintf(" (revision %d)", seen.Revision),
		next:    w.nextExpiry(),
	}, nil
}

// noteEnd has status say that the entry has expired, also where this clock is behind Kestra's. Kestra tells that once, and
// then only that there is none, which would look like a deletion to the next pass.
func (w *wantedKeyValue) noteEnd() {
	if !w.lifeIsOver() {
		at := metav1.NewTime(w.clock.Now())
		w.obj.Status.ExpiresAt = &at
	}
}

// lifeIsOver is true when the entry must have expired. Servers tell for a while, then forget.
func (w *wantedKeyValue) lifeIsOver() bool {
	at := w.obj.Status.ExpiresAt
	return at != nil && !w.clock.Now().Before(at.Time)
}

// nextExpiry is when the entry will have to be written again.
func (w *wantedKeyValue) nextExpiry() time.Time {
	if w.obj.Spec.OnExpiry != v1alpha1.ExpiryRecreate || w.obj.Status.ExpiresAt == nil {
		return time.Time{}
	}
	return w.obj.Status.ExpiresAt.Time
}

func (w *wantedKeyValue) write(ctx context.Context) error {
	options, err := w.optionsToWrite(ctx)
	if err != nil {
		return err
	}
	if err := w.server.PutKeyValue(ctx, w.target, w.body, options); err != nil {
		return err
	}
	w.writtenAt = w.clock.Now()
	// The answer to a write tells nothing, not even the revision: only a look shows that it was Kestra's.
	seen, err := w.server.KeyValue(ctx, w.target)
	switch {
	case kestra.IsGone(err) && w.obj.Spec.TTL != "": // a life shorter than the call
		w.revision = 0
	case err != nil && !kestra.IsNotFound(err):
		return err
	case err != nil || !keyvalue.Equal(w.obj.Spec.Type, w.value, seen.Type, seen.Value):
		return notHeld(w.target)
	default:
		w.revision = seen.Revision
	}
	return nil
}

func (w *wantedKeyValue) record() int64 {
	w.obj.Status.ValueHash = w.hash()
	if w.writtenAt.IsZero() {
		w.recordOptions()
		return w.revision
	}
	w.obj.Status.ExpiresAt = nil
	if ttl, err := keyvalue.ParseTTL(w.obj.Spec.TTL); err == nil && w.obj.Spec.TTL != "" {
		at := metav1.NewTime(w.writtenAt.Add(ttl))
		w.obj.Status.ExpiresAt = &at
	}
	return w.revision
}
