package doctor

import (
	"context"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/enterprise"
)

// enterpriseImage begins the images of Kestra's Enterprise operator.
const enterpriseImage = "registry.kestra.io/docker/kestra-operator"

// rivals looks for another operator that keeps the same objects.
func (e *examination) rivals(ctx context.Context) {
	found := false
	var deployments appsv1.DeploymentList
	if err := e.Cluster.List(ctx, &deployments); err != nil {
		e.skip("rivals", "the Deployments of the cluster", err)
	}
	for _, deployment := range deployments.Items {
		for _, container := range deployment.Spec.Template.Spec.Containers {
			if strings.HasPrefix(container.Image, enterpriseImage) && deployment.Status.Replicas > 0 {
				found = true
				e.add("rivals", Failed, "stop it: kubectl -n "+deployment.Namespace+" scale deployment "+deployment.Name+" --replicas 0",
					"the Enterprise operator runs too, as %s/%s: both write the same objects to Kestra in turn", deployment.Namespace, deployment.Name)
			}
		}
	}
	traces, err := enterprise.Look(ctx, e.Cluster, time.Time{})
	if err != nil {
		e.skip("rivals", "traces of another operator", err)
		return
	}
	if len(traces) > 0 {
		found = true
		e.add("rivals", Failed, "stop the other one, or give them different namespaces", "%s (%d such objects)", traces[0], len(traces))
	}
	if !found {
		e.ok("rivals", "no other operator keeps the same objects")
	}
}
