package webhooks

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// register serves a webhook on the path that the webhook configurations name.
func register(mgr manager.Manager, verb, kind string, handler admission.Handler) {
	hook := &admission.Webhook{Handler: careful{handler}, WithContextFunc: withTrace}
	mgr.GetWebhookServer().Register("/"+verb+"-model-kestra-io-v1alpha1-"+kind, punctual{hook})
}

// withTrace keeps in the context the trace that the API server's request is part of.
func withTrace(ctx context.Context, request *http.Request) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(request.Header))
}

// careful refuses operations that no webhook here knows. It has a panic, which controller-runtime turns into a refusal, name
// the request in place of what went wrong: that may quote the object. The log tells it by the same name.
type careful struct{ admission.Handler }

func (c careful) Handle(ctx context.Context, request admission.Request) admission.Response {
	switch request.Operation {
	case admissionv1.Create, admissionv1.Update, admissionv1.Delete:
	default:
		return admission.Errored(http.StatusBadRequest, fmt.Errorf("unknown operation %q", request.Operation))
	}
	defer func() {
		if cause := recover(); cause != nil {
			log.FromContext(ctx).Info("The judge has failed", "requestID", request.UID, "cause", validation.DescribePanic(cause))
			panic(fmt.Sprintf("the judge failed on request %s; nothing was stored, and the operator's log tells more of it", request.UID))
		}
	}()
	return c.Handler.Handle(ctx, request)
}
