package operator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/kestra-operator/kestra-operator/config/crd"
)

const (
	// crdFieldOwner owns what the operator writes into definitions.
	crdFieldOwner = "kestra-operator-crds"
	// establishTimeout bounds the wait for the API server to serve the definitions.
	establishTimeout = time.Minute
	establishPoll    = 100 * time.Millisecond
)

// installCRDs creates or updates the definitions. One that carries a newer schema version, or serves a version of the
// API that this operator does not know, stays as it is: it belongs to a newer operator, an older schema would prune
// fields that objects already have, and clients of the version would be left without it.
func installCRDs(ctx context.Context, cluster client.Client) error {
	definitions, err := crd.All()
	if err != nil {
		return err
	}
	for _, definition := range definitions {
		if err := installCRD(ctx, cluster, definition); err != nil {
			return fmt.Errorf("custom resource definition %s: %w", definition.Name, err)
		}
	}
	return nil
}

func installCRD(ctx context.Context, cluster client.Client, wanted *apiextensionsv1.CustomResourceDefinition) error {
	var present apiextensionsv1.CustomResourceDefinition
	err := cluster.Get(ctx, client.ObjectKeyFromObject(wanted), &present)
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("read: %w", err)
	}
	newer, err := isNewer(&present, wanted)
	if err != nil {
		return err
	}
	if unknown := unknownVersions(&present, wanted); newer || len(unknown) > 0 {
		log.FromContext(ctx).Info("The cluster has a newer custom resource definition, which stays as it is", "name", wanted.Name, "versionsServed", unknown)
		return nil
	}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(wanted)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	unstructured.RemoveNestedField(object, "status")
	unstructured.RemoveNestedField(object, "metadata", "creationTimestamp")
	configuration := client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: object})
	if err := cluster.Apply(ctx, configuration, client.FieldOwner(crdFieldOwner), client.ForceOwnership); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return nil
}

func isNewer(present, wanted *apiextensionsv1.CustomResourceDefinition) (bool, error) {
	presentVersion, err := crd.SchemaVersion(present)
	if err != nil {
		return false, err
	}
	wantedVersion, err := crd.SchemaVersion(wanted)
	return presentVersion > wantedVersion, err
}

// unknownVersions are the versions of the API that are served now and that the wanted definition lacks.
func unknownVersions(present, wanted *apiextensionsv1.CustomResourceDefinition) []string {
	var unknown []string
	for _, version := range present.Spec.Versions {
		known := slices.ContainsFunc(wanted.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool { return v.Name == version.Name })
		if version.Served && !known {
			unknown = append(unknown, version.Name)
		}
	}
	return unknown
}

// awaitCRDs returns once the API server serves every definition.
func awaitCRDs(ctx context.Context, cluster client.Client) error {
	definitions, err := crd.All()
	if err != nil {
		return err
	}
	var missing []string // as far as the last look that was finished tells
	for _, definition := range definitions {
		missing = append(missing, definition.Name)
	}
	err = wait.PollUntilContextTimeout(ctx, establishPoll, establishTimeout, true, func(ctx context.Context) (bool, error) {
		var absent []string
		for _, definition := range definitions {
			served, err := isServed(ctx, cluster, definition)
			if err != nil {
				return false, err
			}
			if !served {
				absent = append(absent, definition.Name)
			}
		}
		missing = absent
		return len(missing) == 0, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the API server does not serve %s after %s: install the custom resource definitions, or run with --crds=operator",
			strings.Join(missing, ", "), establishTimeout)
	}
	return err
}

// isServed is true once clients find the kind, which is a moment after its definition is established.
func isServed(ctx context.Context, cluster client.Client, definition *apiextensionsv1.CustomResourceDefinition) (bool, error) {
	established, err := isEstablished(ctx, cluster, definition.Name)
	if err != nil || !established {
		return false, err
	}
	kind := schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}
	_, err = cluster.RESTMapper().RESTMapping(kind, definition.Spec.Versions[0].Name)
	if meta.IsNoMatchError(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the kind %s: %w", kind, err)
	}
	return true, nil
}

func isEstablished(ctx context.Context, cluster client.Reader, name string) (bool, error) {
	var definition apiextensionsv1.CustomResourceDefinition
	if err := cluster.Get(ctx, client.ObjectKey{Name: name}, &definition); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return false, fmt.Errorf("custom resource definition %s: read: %w", name, err)
	}
	return apihelpers.IsCRDConditionTrue(&definition, apiextensionsv1.Established), nil
}
