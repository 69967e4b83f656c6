package doctor

import (
	"context"
	"slices"

	"github.com/spf13/pflag"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

// installation is a Deployment of the operator, and how it is configured.
type installation struct {
	deployment appsv1.Deployment
	config     config.Config
	// problem is everything that is wrong with the configuration, as the operator itself would say it.
	problem error
	// hidden are names of what the configuration is read from and may not be read by whoever asks.
	hidden []string
}

func (i installation) String() string { return i.deployment.Namespace + "/" + i.deployment.Name }

func (i installation) serviceAccount() string {
	if name := i.deployment.Spec.Template.Spec.ServiceAccountName; name != "" {
		return name
	}
	return "default"
}

// find notes the Deployments whose pods a Service selects.
func (e *examination) find(ctx context.Context, service *corev1.Service) {
	if len(service.Spec.Selector) == 0 {
		e.add("operator", Skipped, "look at the operator yourself", "the Service %s/%s selects no pods", service.Namespace, service.Name)
		return
	}
	var deployments appsv1.DeploymentList
	if err := e.Cluster.List(ctx, &deployments, client.InNamespace(service.Namespace)); err != nil {
		e.skip("operator", "the Deployments of namespace "+service.Namespace, err)
		return
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	before := len(e.installations)
	for _, deployment := range deployments.Items {
		if selector.Matches(labels.Set(deployment.Spec.Template.Labels)) {
			e.installations = append(e.installations, e.read(ctx, deployment))
		}
	}
	if len(e.installations) == before {
		e.add("operator", Failed, "apply the installation's manifests again", "no Deployment has the pods that the Service %s/%s selects", service.Namespace, service.Name)
	}
}

// read reconstructs the configuration of a Deployment's pods from their arguments and environment, by the operator's own
// reading of them.
func (e *examination) read(ctx context.Context, deployment appsv1.Deployment) installation {
	found := installation{deployment: deployment}
	container := operatorContainer(deployment.Spec.Template.Spec.Containers)
	if container == nil {
		return found
	}
	pod := &podEnvironment{cluster: e.Cluster, namespace: deployment.Namespace}
	environment := pod.read(ctx, container)
	found.hidden = pod.hidden
	var flags config.Flags
	set := pflag.NewFlagSet("run", pflag.ContinueOnError)
	flags.Bind(set)
	set.ParseErrorsAllowlist.UnknownFlags = true // another release's
	if err := set.Parse(slices.DeleteFunc(slices.Clone(container.Args), func(word string) bool { return word == "run" })); err != nil {
		found.problem = err
		return found
	}
	found.config, found.problem = flags.Config(environment)
	return found
}

// operatorContainer is the container that runs the operator: the one with the command "run", or the only one.
func operatorContainer(containers []corev1.Container) *corev1.Container {
	for i := range containers {
		if len(containers) == 1 || slices.Contains(containers[i].Args, "run") {
			return &containers[i]
		}
	}
	return nil
}
