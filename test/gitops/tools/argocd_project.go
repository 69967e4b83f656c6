package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
)

// argoPermit tells of each object whether its Application may deploy it, by the AppProject; both come first.
func argoPermit(_ context.Context, _ *rest.Config, asked request) ([]answer, error) {
	if len(asked.Objects) < 2 {
		return nil, errors.New("an AppProject and an Application come before the objects")
	}
	var project v1alpha1.AppProject
	var application v1alpha1.Application
	for into, object := range map[any]*unstructured.Unstructured{&project: asked.Objects[0], &application: asked.Objects[1]} {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, into, true); err != nil {
			return nil, fmt.Errorf("%s: %w", nameOf(object), err)
		}
	}
	if err := project.ValidateProject(); err != nil {
		return nil, err
	}
	var answers []answer
	for _, object := range asked.Objects[2:] {
		a, err := permit(project, application, object)
		if err != nil {
			return nil, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

func permit(project v1alpha1.AppProject, application v1alpha1.Application, object *unstructured.Unstructured) (answer, error) {
	a := answer{Object: nameOf(object), Result: "permitted"}
	destination := application.Spec.Destination
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = destination.Namespace
	}
	cluster := &v1alpha1.Cluster{Server: destination.Server, Name: destination.Name}
	there, err := project.IsDestinationPermitted(cluster, namespace, nil)
	if err != nil {
		return answer{}, err
	}
	switch {
	case application.Spec.Project != project.Name:
		a.Result, a.Message = "denied", "the Application is of another project"
	case !project.IsSourcePermitted(application.Spec.GetSource()):
		a.Result, a.Message = "denied", "the source is not permitted"
	case !there:
		a.Result, a.Message = "denied", "the destination is not permitted"
	case !project.IsGroupKindNamePermitted(object.GroupVersionKind().GroupKind(), object.GetName(), true):
		a.Result, a.Message = "denied", "the kind is not permitted"
	}
	return a, nil
}
