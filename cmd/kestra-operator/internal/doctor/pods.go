package doctor

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// starting are reasons of containers that come up.
var starting = map[string]bool{"ContainerCreating": true, "PodInitializing": true}

// trouble is what Kubernetes says of a Deployment whose pods do not come up, such as an image that cannot be pulled; empty when
// it says nothing, or to whoever may not look at pods.
func (e *examination) trouble(ctx context.Context, deployment appsv1.Deployment) string {
	var pods corev1.PodList
	selector, err := metav1.LabelSelectorAsSelector(deployment.Spec.Selector)
	if err == nil {
		err = e.Cluster.List(ctx, &pods, client.InNamespace(deployment.Namespace), client.MatchingLabelsSelector{Selector: selector})
	}
	if err == nil {
		for _, pod := range pods.Items {
			if reason := waitsFor(pod); reason != "" {
				return ": pod " + pod.Name + " waits: " + reason
			}
		}
	}
	for _, condition := range deployment.Status.Conditions {
		if condition.Type == appsv1.DeploymentReplicaFailure || condition.Type == appsv1.DeploymentProgressing && condition.Status != "True" {
			return ": " + condition.Message
		}
	}
	return ""
}

// waitsFor is why a pod is not running; empty when it is, or about to be.
func waitsFor(pod corev1.Pod) string {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			return condition.Reason + ": " + condition.Message
		}
	}
	for _, container := range pod.Status.ContainerStatuses {
		if waiting := container.State.Waiting; waiting != nil && !starting[waiting.Reason] {
			return waiting.Reason + ": " + waiting.Message
		}
	}
	return ""
}
