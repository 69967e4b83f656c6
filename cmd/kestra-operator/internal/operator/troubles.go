package operator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	certmanager "github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/certificate"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/enterprise"
)

const (
	// firstLook is after what an ordinary start takes.
	firstLook = 10 * time.Second
	// soonAgain is the time between two looks at why nothing can be served.
	soonAgain = 10 * time.Second
	// seldomAgain is the time between two looks at an installation that serves.
	seldomAgain = 10 * time.Minute
	// handover is how long after this operator's start a traced write may still be the last one of an operator that is
	// replaced.
	handover = time.Minute
	// maxTraceEvents bounds how many objects are told of another operator by one look.
	maxTraceEvents = 10
	// reasonAnotherOperator is the reason of events about objects that another operator writes to.
	reasonAnotherOperator = "AnotherOperator"
)

// troubles is what can be wrong with an installation that the operator finds out by itself.
type troubles struct {
	reader   client.Reader
	config   config.Config
	serving  *certificate
	recorder events.EventRecorder
}

// addLookouts puts the looks at the installation into a manager.
func (t *troubles) addLookouts(mgr manager.Manager) error {
	for _, l := range []*lookout{
		{name: "certificate", look: t.certificate, first: firstLook},
		{name: "webhooks", look: t.conditions, first: firstLook, leader: true},
		{name: "other-operators", look: t.otherOperators(time.Now), first: handover, leader: true},
	} {
		if err := mgr.Add(l); err != nil {
			return fmt.Errorf("set up the looks at the installation: %w", err)
		}
	}
	return nil
}

// checkCertificate is a readiness check that says why there is no certificate.
func (t *troubles) checkCertificate(request *http.Request) error {
	err := t.serving.check(request)
	if err == nil {
		return nil
	}
	if problem := t.missing(request.Context()); problem != "" {
		return fmt.Errorf("%w: %s", err, problem)
	}
	return err
}

// missing says why there is no certificate, as far as anybody knows.
func (t *troubles) missing(ctx context.Context) string {
	if t.config.Webhook.CertificateName != "" {
		report, err := t.askCertManager(ctx)
		if err != nil {
			return err.Error()
		}
		if problem := report.Problem(); problem != "" {
			return problem
		}
	}
	if t.config.Webhook.SecretName == "" {
		return fmt.Sprintf("%s and %s are not in --cert-dir", corev1.TLSCertKey, corev1.TLSPrivateKeyKey)
	}
	return fmt.Sprintf("the Secret %s/%s is not there, or lacks %s or %s", t.config.Namespace, t.config.Webhook.SecretName, corev1.TLSCertKey, corev1.TLSPrivateKeyKey)
}

func (t *troubles) askCertManager(ctx context.Context) (certmanager.Report, error) {
	return certmanager.Look(ctx, t.reader, types.NamespacedName{Namespace: t.config.Namespace, Name: t.config.Webhook.CertificateName})
}

// certificate looks at why nothing can be served, or soon nothing will be.
func (t *troubles) certificate(ctx context.Context) ([]string, time.Duration) {
	if err := t.serving.check(nil); err != nil {
		return []string{fmt.Sprintf("%v: %s", err, t.missing(ctx))}, soonAgain
	}
	if t.config.Webhook.CertificateName == "" {
		return nil, seldomAgain
	}
	report, err := t.askCertManager(ctx)
	if err != nil {
		keepQuiet(ctx, err)
		return nil, seldomAgain
	}
	if warning := report.Problem() + report.Warning(); warning != "" { // never both
		return []string{warning}, seldomAgain
	}
	return nil, seldomAgain
}

// conditions looks at the webhooks' match conditions.
func (t *troubles) conditions(ctx context.Context) ([]string, time.Duration) {
	webhooks, err := ownWebhooks(ctx, t.reader, t.config.Webhook)
	if err != nil {
		keepQuiet(ctx, err)
		return nil, seldomAgain
	}
	var problems []string
	for _, webhook := range webhooks {
		if problem := webhook.ConditionsProblem(); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems, seldomAgain
}

// otherOperators returns a look at whether another operator writes to the same objects. They are told too, by events.
func (t *troubles) otherOperators(now func() time.Time) func(context.Context) ([]string, time.Duration) {
	var since time.Time // when this replica began to lead, with time for the other one to end
	return func(ctx context.Context) ([]string, time.Duration) {
		if since.IsZero() {
			since = now()
		}
		traces, err := t.traces(ctx, since)
		if err != nil {
			keepQuiet(ctx, err)
			return nil, seldomAgain
		}
		if len(traces) == 0 {
			return nil, seldomAgain
		}
		for _, trace := range traces[:min(len(traces), maxTraceEvents)] {
			t.recorder.Eventf(trace.Object, nil, corev1.EventTypeWarning, reasonAnotherOperator, "Look", "%s", trace)
		}
		return []string{fmt.Sprintf("%s (%d objects so far)", traces[0], len(traces))}, seldomAgain
	}
}

// traces looks in the namespaces, and at the objects, that the operator keeps.
func (t *troubles) traces(ctx context.Context, since time.Time) ([]enterprise.Trace, error) {
	selector, err := t.config.Selector()
	if err != nil {
		return nil, err
	}
	namespaces := t.config.WatchNamespaces
	if len(namespaces) == 0 {
		namespaces = []string{corev1.NamespaceAll}
	}
	var all []enterprise.Trace
	for _, namespace := range namespaces {
		traces, err := enterprise.Look(ctx, t.reader, since, client.InNamespace(namespace), client.MatchingLabelsSelector{Selector: selector})
		if err != nil {
			return nil, err
		}
		all = append(all, traces...)
	}
	return all, nil
}

// keepQuiet is for looks that fail: an installation that does not let the operator look is none of its business, and an
// API server that does not answer is complained of elsewhere.
func keepQuiet(ctx context.Context, err error) {
	if !apierrors.IsForbidden(err) && !errors.Is(err, context.Canceled) {
		log.FromContext(ctx).V(1).Info("Cannot look at the installation", "error", err.Error())
	}
}
