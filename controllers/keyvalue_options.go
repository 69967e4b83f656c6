package controllers

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// ttlTolerance is how far the end of an entry may be from the time of its write and the time to live. Servers take the time
// for each of the two a moment apart.
const ttlTolerance = 5 * time.Second

// keyValueOptions are what an entry in Kestra has beside its value: its end and its description. A look at the entry does
// not show them, and a write without them clears them.
type keyValueOptions struct {
	// exists is true when there is an entry.
	exists bool
	// asked is true once details were read.
	asked bool
	// details are nil where the server does not tell.
	details *kestra.KeyValueDetails
}

// read asks Kestra, once.
func (o *keyValueOptions) read(ctx context.Context, server *kestra.Client, target kestra.Target) (err error) {
	if o.asked || !o.exists {
		return nil
	}
	o.details, err = server.DetailsOfKeyValue(ctx, target)
	o.asked = err == nil
	return err
}

// optionsAreCurrent is true when the time to live and the description are those of the spec. Kestra is asked where somebody
// else may have written them: the entry is new to this object, or its revision is.
func (w *wantedKeyValue) optionsAreCurrent(ctx context.Context) (bool, error) {
	status := &w.obj.Status
	if status.ValueHash == w.hash() && status.Target != nil && status.Target.Revision == w.revision {
		return true, nil
	}
	if err := w.options.read(ctx, w.server, w.target); err != nil {
		return false, err
	}
	if w.options.details == nil {
		return w.optionsWereWritten(), nil
	}
	return w.describes(w.options.details) && w.endsInTime(w.options.details), nil
}

// describes is true when an entry has the description of the spec. One that says none keeps what is there.
func (w *wantedKeyValue) describes(details *kestra.KeyValueDetails) bool {
	return w.obj.Spec.Description == "" || kestra.KeyValueOptions{Description: w.obj.Spec.Description}.Describes(details)
}

// endsInTime is true when an entry was written with the time to live of the spec.
func (w *wantedKeyValue) endsInTime(details *kestra.KeyValueDetails) bool {
	if w.obj.Spec.TTL == "" || details.Expiration == nil {
		return w.obj.Spec.TTL == "" && details.Expiration == nil
	}
	ttl, err := keyvalue.ParseTTL(w.obj.Spec.TTL)
	return err == nil && details.Expiration.Sub(details.Updated.Add(ttl)).Abs() <= ttlTolerance
}

// optionsWereWritten is true when status says that the time to live and the description were written. A status that says
// this very spec is synced is believed even under another hash key, which may have been lost.
func (w *wantedKeyValue) optionsWereWritten() bool {
	recorded := w.obj.Status.ValueHash
	if recorded == "" {
		return w.obj.Spec.TTL == "" && w.obj.Spec.Description == ""
	}
	synced := meta.FindStatusCondition(w.obj.Status.Conditions, v1alpha1.ConditionSynced)
	return recorded == w.hash() ||
		synced != nil && synced.Status == metav1.ConditionTrue && synced.ObservedGeneration == w.obj.Generation
}

// optionsToWrite are those of the spec. One that says no description keeps what is there.
func (w *wantedKeyValue) optionsToWrite(ctx context.Context) (kestra.KeyValueOptions, error) {
	options := kestra.KeyValueOptions{TTL: w.obj.Spec.TTL, Description: w.obj.Spec.Description}
	if options.Description != "" {
		return options, nil
	}
	if err := w.options.read(ctx, w.server, w.target); err != nil {
		return options, err
	}
	if w.options.details != nil {
		options.Description = w.options.details.Description
	}
	return options, nil
}

// recordOptions notes in status when an entry ends that was found as the spec says.
func (w *wantedKeyValue) recordOptions() {
	if details := w.options.details; details != nil {
		w.obj.Status.ExpiresAt = nil
		if details.Expiration != nil {
			at := metav1.NewTime(*details.Expiration)
			w.obj.Status.ExpiresAt = &at
		}
	}
}
