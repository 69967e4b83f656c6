package doctor

import (
	"context"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/config/crd"
)

// definitions looks at the custom resource definitions, and compares their schemas with those of this program.
func (e *examination) definitions(ctx context.Context) {
	wanted, err := crd.All()
	if err != nil {
		e.skip("definitions", "the embedded definitions", err)
		return
	}
	for _, definition := range wanted {
		var present apiextensionsv1.CustomResourceDefinition
		err := e.Cluster.Get(ctx, client.ObjectKeyFromObject(definition), &present)
		switch {
		case apierrors.IsNotFound(err):
			e.add("definitions", Failed, "let the operator make it (--crds=operator), or apply config/crd",
				"the custom resource definition %s is not there", definition.Name)
		case err != nil:
			e.skip("definitions", "the custom resource definition "+definition.Name, err)
		default:
			e.definition(&present, definition)
		}
	}
}

func (e *examination) definition(present, wanted *apiextensionsv1.CustomResourceDefinition) {
	have, err := crd.SchemaVersion(present)
	if err != nil {
		e.add("definitions", Warning, "apply config/crd of the operator's release", "%v", err)
		return
	}
	want, _ := crd.SchemaVersion(wanted) // it is embedded, and tested
	switch {
	case !apihelpers.IsCRDConditionTrue(present, apiextensionsv1.Established):
		e.add("definitions", Failed, "see the conditions of the definition: kubectl describe crd "+present.Name,
			"the API server does not serve %s", present.Name)
	case have == 0:
		e.add("definitions", Failed, "let the operator update it (--crds=operator), or apply config/crd with --server-side --force-conflicts",
			"%s is the definition of another operator: it lacks fields and rules", present.Name)
	case have < want:
		e.add("definitions", Warning, "update the operator, or its definitions where it runs with --crds=none", "%s has schema %d, older than %d of this program", present.Name, have, want)
	case have > want:
		e.add("definitions", Warning, "update this program", "%s has schema %d, newer than %d of this program", present.Name, have, want)
	default:
		e.ok("definitions", "%s is served, schema %d", present.Name, have)
	}
}
