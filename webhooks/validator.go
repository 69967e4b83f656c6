package webhooks

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// rules are what the validator needs to know of one kind.
type rules[T client.Object] struct {
	kind string
	// validate judges an object by itself.
	validate func(ctx context.Context, obj T) (field.ErrorList, []string)
	// validateUpdate does so for one that replaces old; its errors are warnings when no judged field changed.
	validateUpdate func(ctx context.Context, old, obj T) (field.ErrorList, []string)
	// unchanged is true when every judged field is the same in both.
	unchanged func(old, obj T) bool
	// target is what the object keeps in Kestra.
	target func(obj T) target
	// reference is what the object reads its value from, and where it says so; nil for none.
	reference func(obj T) (*field.Path, *v1alpha1.ValueSource)
	// decide has the last word on an object that nothing around it forbids, instead of validate; nil for none.
	decide func(ctx context.Context, obj T) (field.ErrorList, []string)
}

// validator answers admission requests for one kind.
type validator[T client.Object] struct {
	rules   rules[T]
	options Options
}

var _ admission.Validator[*v1alpha1.KestraFlow] = &validator[*v1alpha1.KestraFlow]{}

// registerValidator serves a validator.
func registerValidator[T client.Object](mgr manager.Manager, kind string, v *validator[T]) {
	register(mgr, "validate", kind, admission.WithValidator[T](mgr.GetScheme(), v).Handler)
}

func (v *validator[T]) ValidateCreate(ctx context.Context, obj T) (admission.Warnings, error) {
	return v.observed(ctx, obj, func(ctx context.Context) (admission.Warnings, error) {
		errs, warnings := v.rules.validate(ctx, obj)
		return v.conclude(ctx, obj, errs, v.checkOwner(ctx, obj), warnings)
	})
}

func (v *validator[T]) ValidateUpdate(ctx context.Context, old, obj T) (admission.Warnings, error) {
	return v.observed(ctx, obj, func(ctx context.Context) (admission.Warnings, error) {
		errs, warnings := v.rules.validateUpdate(ctx, old, obj)
		forbidden := checkClass(old, obj)
		if len(forbidden) == 0 && v.rules.unchanged(old, obj) {
			return warnings, nil
		}
		return v.conclude(ctx, obj, errs, forbidden, warnings)
	})
}

// ValidateDelete is never asked: the webhook configurations leave deletions alone.
func (v *validator[T]) ValidateDelete(context.Context, T) (admission.Warnings, error) {
	return nil, nil
}

// observed answers a request, and has metrics and traces tell of it. A panic is counted by controller-runtime alone.
func (v *validator[T]) observed(ctx context.Context, obj T, answer func(context.Context) (admission.Warnings, error)) (admission.Warnings, error) {
	ctx, seen := observe(ctx, validating, v.rules.kind, obj)
	warnings, err := answer(ctx)
	seen.end(len(warnings))
	return warnings, err
}

// conclude adds what depends on the requester and the surroundings, and has the last word spoken only where that
// matters, since it takes a call to a server.
func (v *validator[T]) conclude(ctx context.Context, obj T, errs, forbidden field.ErrorList, warnings []string) (admission.Warnings, error) {
	forbidden = append(forbidden, v.checkPolicy(obj)...)
	forbidden = append(forbidden, v.checkAccess(ctx, obj)...)
	if len(forbidden) == 0 && v.rules.decide != nil {
		errs, warnings = v.rules.decide(ctx, obj)
	}
	errs = append(errs, forbidden...)
	noteRefusal(ctx, errs)
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
