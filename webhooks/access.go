package webhooks

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// AccessReviewer decides whether a user may read an object.
type AccessReviewer interface {
	// MayGet is true when the user may get the object of that resource ("secrets" or "configmaps").
	MayGet(ctx context.Context, user authenticationv1.UserInfo, namespace, resource, name string) (bool, error)
}

// NewAccessReviewer asks the API server, by a SubjectAccessReview for each question.
func NewAccessReviewer(c client.Client) AccessReviewer { return subjectAccessReviewer{c} }

type subjectAccessReviewer struct{ client client.Client }

func (r subjectAccessReviewer) MayGet(ctx context.Context, user authenticationv1.UserInfo, namespace, resource, name string) (bool, error) {
	extra := map[string]authorizationv1.ExtraValue{}
	for key, value := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(value)
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: "get", Version: "v1", Resource: resource, Namespace: namespace, Name: name,
		},
	}}
	if err := r.client.Create(ctx, review); err != nil {
		return false, fmt.Errorf("ask whether %s may get %s %s/%s: %w", user.Username, resource, namespace, name, err)
	}
	return review.Status.Allowed && !review.Status.Denied, nil
}

// checkAccess refuses a reference to what the requester may not read, so that nobody gets a Secret they cannot
// read out of the cluster through Kestra. Where nobody can be asked, any reference is refused: it would be followed
// unasked as soon as the operator reads references.
func (v *validator[T]) checkAccess(ctx context.Context, obj T) field.ErrorList {
	if v.rules.reference == nil {
		return nil
	}
	path, source := v.rules.reference(obj)
	resource, name := referredObject(source)
	if name == "" {
		return nil
	}
	if v.options.Access == nil {
		return field.ErrorList{field.Forbidden(path, "this operator reads no Secrets and ConfigMaps; write the value itself, "+
			"or have the operator started with --value-from")}
	}
	request, err := admission.RequestFromContext(ctx)
	if err != nil {
		return field.ErrorList{field.InternalError(path, err)}
	}
	allowed, err := v.options.Access.MayGet(ctx, request.UserInfo, obj.GetNamespace(), resource, name)
	switch {
	case err != nil:
		return field.ErrorList{field.InternalError(path, err)}
	case !allowed:
		return field.ErrorList{field.Forbidden(path, fmt.Sprintf(
			"user %q may not get %s %q in namespace %q; refer only to what you may read", request.UserInfo.Username, resource, name, obj.GetNamespace()))}
	}
	return nil
}

func referredObject(source *v1alpha1.ValueSource) (resource, name string) {
	switch {
	case source == nil:
		return "", ""
	case source.SecretKeyRef != nil:
		return "secrets", source.SecretKeyRef.Name
	case source.ConfigMapKeyRef != nil:
		return "configmaps", source.ConfigMapKeyRef.Name
	}
	return "", ""
}
