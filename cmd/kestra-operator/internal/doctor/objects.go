package doctor

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// operatorTroubles are reasons of objects that tell of the operator rather than of the object.
var operatorTroubles = []struct{ reason, next string }{
	{v1alpha1.ReasonUnavailable, "check that Kestra runs, that the URL is that of its API (port 8080, not 8081), and that network policies let the operator through"},
	{v1alpha1.ReasonUnauthorized, "correct KESTRA_API_BASIC_AUTH or KESTRA_API_API_KEY of the operator, and restart it"},
	{plugin.ReasonNotSeen, "check that an operator runs that keeps them: its namespaces, --operator-class and --watch-selector"},
}

// objects asks the objects how the operator reaches Kestra, since that cannot be seen from outside.
func (e *examination) objects(ctx context.Context) {
	all, err := selection.Parse(nil)
	if err != nil {
		e.skip("objects", "the objects", err)
		return
	}
	found, err := plugin.Find(ctx, e.Cluster, metav1.NamespaceAll, all)
	if err != nil {
		e.skip("objects", "the objects", err)
		return
	}
	reasons, messages, waiting := map[string]int{}, map[string]string{}, 0
	for _, object := range found {
		state, reason, message := object.Condition()
		if state == plugin.NotReady {
			waiting++
			reasons[reason]++
			messages[reason] = message
		}
	}
	for _, known := range operatorTroubles {
		if n := reasons[known.reason]; n > 0 {
			e.add("objects", Failed, known.next, "%d objects are not ready with the reason %s: %s", n, known.reason, messages[known.reason])
			waiting -= n
		}
	}
	switch {
	case waiting > 0:
		e.add("objects", Warning, "kubectl kestra status -A", "%d of %d objects are not ready, for reasons of their own", waiting, len(found))
	case len(reasons) == 0:
		e.ok("objects", "of %d objects none waits", len(found))
	}
}
