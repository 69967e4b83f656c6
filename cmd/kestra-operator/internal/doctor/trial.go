package doctor

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// trial has the API server ask the operator about a wrong flow, in a dry run: the way of every apply, with its
// certificates, its network and its time limit. Nothing is stored.
func (e *examination) trial(ctx context.Context) {
	flow := &v1alpha1.KestraFlow{
		ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "kubectl-kestra-doctor"},
		Spec:       v1alpha1.KestraFlowSpec{Namespace: "doctor", ID: "doctor", Source: "id: doctor\nnamespace: doctor\n"},
	}
	if len(e.installations) > 0 {
		c := e.installations[0].config
		if len(c.WatchNamespaces) > 0 {
			flow.Namespace = c.WatchNamespaces[0]
		}
		if c.OperatorClass != "" {
			flow.Labels = map[string]string{v1alpha1.LabelOperatorClass: c.OperatorClass}
		}
		if c.WatchSelector != "" {
			e.add("admission", Skipped, "apply a flow without tasks in a dry run yourself, with the labels that the operator asks for",
				"the operator keeps only objects with the labels %s, which are not tried", c.WatchSelector)
			return
		}
	}
	err := e.Cluster.Create(ctx, flow, client.DryRunAll)
	switch {
	case err == nil:
		e.add("admission", Failed, "look at the webhook configurations: their rules, selectors and failurePolicy",
			"a flow without tasks was admitted in a dry run in namespace %s: the operator was not asked", flow.Namespace)
	case apierrors.IsInvalid(err):
		e.ok("admission", "the API server reaches the operator, which refused a wrong flow in a dry run")
	case strings.Contains(err.Error(), "failed calling webhook"):
		e.add("admission", Failed, nextOf(err), "the API server does not reach the operator: %v", err)
	default:
		e.skip("admission", "admission", err)
	}
}

// nextOf tells what to do about a call of the API server that failed.
func nextOf(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "x509:"):
		return "the API server does not trust the certificate that is served: look at the CA bundle of the webhook configurations and at the certificate's Secret"
	case strings.Contains(text, "no endpoints available"), strings.Contains(text, "connection refused"), strings.Contains(text, "not found"):
		return "no replica answers: look at the operator's pods and their logs"
	case strings.Contains(text, "deadline exceeded"), strings.Contains(text, "timeout"), strings.Contains(text, "no route to host"):
		return "something between the API server and the pods drops the calls: look at network policies and firewalls for the webhook's port"
	}
	return "look at the operator's pods and their logs"
}
