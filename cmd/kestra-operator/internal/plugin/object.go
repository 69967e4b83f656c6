package plugin

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Object is an object of any of the operator's kinds, with what they have in common.
type Object struct {
	client.Object
	// Kind such as "KestraFlow".
	Kind string
	// Tenant, Place and ID say what the object keeps in Kestra: its tenant (empty for the operator's default one), its
	// namespace, and the flow's id, the key or the path of the file.
	Tenant, Place, ID string
	// Policy is part of the object's spec.
	Policy v1alpha1.SyncPolicy
	// Status is part of the object's status.
	Status v1alpha1.SyncStatus
	// URL of the flow in Kestra's user interface, where the operator knows it.
	URL string
}

// Wrap returns the common view of an object of one of the operator's kinds; false of any other.
func Wrap(obj client.Object) (Object, bool) {
	switch o := obj.(type) {
	case *v1alpha1.KestraFlow:
		return Object{
			Object: o, Kind: "KestraFlow", Tenant: o.Spec.Tenant, Place: o.Spec.Namespace, ID: o.Spec.ID,
			Policy: o.Spec.SyncPolicy, Status: o.Status.SyncStatus, URL: o.Status.URL,
		}, true
	case *v1alpha1.KestraKeyValue:
		return Object{
			Object: o, Kind: "KestraKeyValue", Tenant: o.Spec.Tenant, Place: o.Spec.Namespace, ID: o.Spec.Key,
			Policy: o.Spec.SyncPolicy, Status: o.Status.SyncStatus,
		}, true
	case *v1alpha1.KestraNamespaceFile:
		return Object{
			Object: o, Kind: "KestraNamespaceFile", Tenant: o.Spec.Tenant, Place: o.Spec.Namespace,
			ID: strings.TrimPrefix(o.Spec.Filename, "/"), Policy: o.Spec.SyncPolicy, Status: o.Status.SyncStatus,
		}, true
	}
	return Object{}, false
}

// New returns an empty object of a kind; nil of any other kind than the operator's.
func New(kind string) client.Object {
	switch kind {
	case "KestraFlow":
		return &v1alpha1.KestraFlow{}
	case "KestraKeyValue":
		return &v1alpha1.KestraKeyValue{}
	case "KestraNamespaceFile":
		return &v1alpha1.KestraNamespaceFile{}
	}
	return nil
}

// String names the object for people, such as "KestraFlow team-a/hello".
func (o Object) String() string {
	return fmt.Sprintf("%s %s/%s", o.Kind, o.GetNamespace(), o.GetName())
}

// Target names what the object keeps in Kestra, such as "company.team/hello", with its tenant where it names one.
func (o Object) Target() string { return o.KestraNamespace() + "/" + o.ID }

// KestraNamespace is the namespace in Kestra, with its tenant where the object names one.
func (o Object) KestraNamespace() string {
	if o.Tenant == "" {
		return o.Place
	}
	return o.Tenant + "/" + o.Place
}

// State is how an object is, in one word of the operator's own.
type State string

// States of an object.
const (
	// Ready means that Kestra holds the spec.
	Ready State = "ready"
	// Suspended means that spec.suspend is set.
	Suspended State = "suspended"
	// NotReady is everything else; the reason says what.
	NotReady State = "notReady"
)

// ReasonNotSeen is the reason of an object whose spec no operator has looked at.
const ReasonNotSeen = "NotSeenYet"

// Condition tells the state of an object, with the reason and the message of its condition Ready. A condition of an
// older spec counts for nothing.
func (o Object) Condition() (state State, reason, message string) {
	ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
	switch {
	case o.Policy.Suspend && o.GetDeletionTimestamp().IsZero():
		return Suspended, v1alpha1.ReasonSuspended, "spec.suspend is set"
	case ready == nil || ready.ObservedGeneration != o.GetGeneration():
		return NotReady, ReasonNotSeen, "no operator has looked at this spec: is one running that keeps this object?"
	case ready.Status == metav1.ConditionTrue:
		return Ready, ready.Reason, ready.Message
	}
	return NotReady, ready.Reason, ready.Message
}
