package webhooks

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// defaultPatience and maxPatience are how long a request may take whose sender does not say how long it waits, and at most.
// The API server waits for 30 s at most.
const (
	defaultPatience = 10 * time.Second
	maxPatience     = 30 * time.Second
)

// register serves a webhook on the path that the webhook configurations name.
func register(mgr manager.Manager, verb, kind string, handler admission.Handler) {
	hook := &admission.Webhook{Handler: careful{handler}, WithContextFunc: withCaller}
	mgr.GetWebhookServer().Register("/"+verb+"-model-kestra-io-v1alpha1-"+kind, punctual{hook})
}

// punctual ends a request when its sender no longer waits, one whose body never ends too. The size of the body is bounded by
// controller-runtime.
type punctual struct{ http.Handler }

func (p punctual) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	patience := patienceOf(r)
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) // every connection of a server has one
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	p.Handler.ServeHTTP(w, r.WithContext(ctx))
}

func patienceOf(r *http.Request) time.Duration {
	patience, said := saidPatience(r)
	if !said {
		return defaultPatience
	}
	return min(patience, maxPatience)
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
			log.FromContext(ctx).Info("The judge has failed", "requestID", request.UID, "cause", describe(cause))
			panic(fmt.Sprintf("the judge failed on request %s; nothing was stored, and the operator's log tells more of it", request.UID))
		}
	}()
	return c.Handler.Handle(ctx, request)
}

// describe tells what a panic is about. Only the runtime's own words are known to quote nothing.
func describe(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a panic with a %T", cause)
}
