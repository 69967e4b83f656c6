package webhooks

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// rules are what the validator needs to know of one kind.
type rules[T client.Object] struct {
	kind string
	// validate judges an object by itself.
	validate func(obj T) (field.ErrorList, []string)
	// validateUpdate does so for one that replaces old; its errors are warnings when no judged field changed.
	validateUpdate func(old, obj T) (field.ErrorList, []string)
	// unchanged is true when every judged field is the same in both.
	unchanged func(old, obj T) bool
	// target is what the object keeps in Kestra.
	target func(obj T) target
	// reference is what the object reads its value from, and where it says so; nil for none.
	reference func(obj T) (*field.Path, *v1alpha1.ValueSource)
	// ask has the last word on an object that passed everything else; nil for none.
	ask func(ctx context.Context, obj T) (field.ErrorList, []string)
}

// validator answers admission requests for one kind.
type validator[T client.Object] struct {
	rules   rules[T]
	options Options
}

var _ admission.Validator[*v1alpha1.KestraFlow] = &validator[*v1alpha1.KestraFlow]{}

func (v *validator[T]) ValidateCreate(ctx context.Context, obj T) (admission.Warnings, error) {
	errs, warnings := v.rules.validate(obj)
	errs = append(errs, v.checkOwner(ctx, obj)...)
	return v.conclude(ctx, obj, errs, warnings)
}

func (v *validator[T]) ValidateUpdate(ctx context.Context, old, obj T) (admission.Warnings, error) {
	errs, warnings := v.rules.validateUpdate(old, obj)
	errs = append(errs, checkClass(old, obj)...)
	if len(errs) == 0 && v.rules.unchanged(old, obj) {
		return warnings, nil
	}
	return v.conclude(ctx, obj, errs, warnings)
}

// ValidateDelete is never asked: the webhook configurations leave deletions alone.
func (v *validator[T]) ValidateDelete(context.Context, T) (admission.Warnings, error) {
	return nil, nil
}

// conclude adds what depends on the requester and the surroundings, and asks the server last, since that is slow.
func (v *validator[T]) conclude(ctx context.Context, obj T, errs field.ErrorList, warnings []string) (admission.Warnings, error) {
	errs = append(errs, v.checkPolicy(obj)...)
	errs = append(errs, v.checkAccess(ctx, obj)...)
	if len(errs) == 0 && v.rules.ask != nil {
		askErrs, askWarnings := v.rules.ask(ctx, obj)
		errs = append(errs, askErrs...)
		warnings = append(warnings, askWarnings...)
	}
	return warnings, refusal(v.rules.kind, obj.GetName(), errs)
}

// refusal is an answer from which kubectl prints every error on a line of its own; nil without errors.
func refusal(kind, name string, errs field.ErrorList) error {
	if len(errs) == 0 {
		return nil
	}
	return invalid(kind, name, errs)
}

func invalid(kind, name string, errs field.ErrorList) *apierrors.StatusError {
	return apierrors.NewInvalid(v1alpha1.GroupVersion.WithKind(kind).GroupKind(), name, errs)
}
