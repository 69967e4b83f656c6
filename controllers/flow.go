package controllers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// flowStrategy keeps flows.
type flowStrategy struct {
	server  *kestra.Client
	catalog func() *flow.Catalog
	// changes holds a signal after the catalog has changed; nil when it never does.
	changes <-chan struct{}
	// accepted is true when Kestra took a flow a moment ago; nil when nobody else asks.
	accepted func(tenant string, source []byte) bool
	label    flow.LabelMode
	// uiURL is where people see Kestra; without it, status has no URL.
	uiURL string
	// absent saves looks when many flows are new.
	absent *absentFlows
}

func (*flowStrategy) kind() string                    { return "KestraFlow" }
func (*flowStrategy) newObject() *v1alpha1.KestraFlow { return &v1alpha1.KestraFlow{} }
func (*flowStrategy) newList() client.ObjectList      { return &v1alpha1.KestraFlowList{} }
func (*flowStrategy) policy(obj *v1alpha1.KestraFlow) *v1alpha1.SyncPolicy {
	return &obj.Spec.SyncPolicy
}
func (*flowStrategy) status(obj *v1alpha1.KestraFlow) *v1alpha1.SyncStatus {
	return &obj.Status.SyncStatus
}
func (*flowStrategy) recorded(obj *v1alpha1.KestraFlow) string { return obj.Status.SourceHash }

func (s *flowStrategy) catalogChanges() <-chan struct{} { return s.changes }

func (*flowStrategy) target(obj *v1alpha1.KestraFlow) kestra.Target {
	return kestra.Target{Tenant: obj.Spec.Tenant, Namespace: obj.Spec.Namespace, Name: obj.Spec.ID}
}

// want judges the source as admission does, and sets the read-only label in what is sent, whatever path the
// object came by.
func (s *flowStrategy) want(ctx context.Context, obj *v1alpha1.KestraFlow, target kestra.Target) (wanted, error) {
	w := &wantedFlow{flowStrategy: s, obj: obj, target: target, source: []byte(obj.Spec.Source)}
	obj.Status.Validated = false
	if err := w.judge(ctx); err != nil {
		return nil, err
	}
	obj.Status.Validated = true
	return w, nil
}

func (s *flowStrategy) remove(ctx context.Context, target kestra.Target) error {
	return s.server.DeleteFlow(ctx, target)
}

func (*flowStrategy) place(target kestra.Target) kestra.Target {
	return kestra.Target{Tenant: target.Tenant}
}

func (s *flowStrategy) list(ctx context.Context, place kestra.Target) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		for line, err := range s.server.Flows(ctx, place.Tenant) {
			target := kestra.Target{Tenant: place.Tenant, Namespace: line.Namespace, Name: line.ID}
			if !yield(listed{target, line.Revision}, err) {
				return
			}
		}
	}
}

// wantedFlow is the text that Kestra shall hold.
type wantedFlow struct {
	*flowStrategy
	obj    *v1alpha1.KestraFlow
	target kestra.Target
	source []byte
	// seen is the flow in Kestra; nil when there is none.
	seen *kestra.Flow
	// presumed is true when a list, and no look, has told that there is none.
	presumed bool
}

// judge has the operator's own judge decide, and Kestra where it knows better than the catalog.
func (w *wantedFlow) judge(ctx context.Context) error {
	source := flow.NewSource(w.source)
	report := source.Check(validation.FlowIdentity(w.obj), w.catalog(), flow.Options{
		AllowWritable:   w.label == flow.LabelModeOff,
		RequireReadOnly: w.label == flow.LabelModeDeny,
	})
	errs, _ := validation.FlowVerdict(w.obj, report)
	if firm, _ := validation.FlowVerdict(w.obj, validation.Overruled(report)); len(firm) > 0 {
		return refusal(errs)
	}
	if err := w.setLabel(source); err != nil || len(errs) == 0 {
		return err
	}
	err := w.validate(ctx)
	if errors.As(err, new(*problem)) {
		return refusal(errs)
	}
	return err
}

// setLabel sets the read-only label in what is sent.
func (w *wantedFlow) setLabel(source *flow.Source) error {
	if w.label == flow.LabelModeOff {
		return nil
	}
	edited, _, err := source.EnsureReadOnly()
	if err != nil {
		return &problem{
			reason:  v1alpha1.ReasonValidationError,
			message: fmt.Sprintf("Kestra is left as it is: the label %s cannot be set in spec.source: %v", v1alpha1.LabelReadOnly, err),
			refused: true, stalled: true,
		}
	}
	w.source = edited
	return nil
}

func (w *wantedFlow) hash() string { return textHash(w.source) }

// look trusts a list, the first time, for a flow that was never written.
func (w *wantedFlow) look(ctx context.Context) (found, error) {
	w.presumed = !w.presumed && w.obj.Status.Target == nil && w.absent.has(ctx, w.target)
	if w.presumed {
		return found{presumed: true}, nil
	}
	seen, err := w.server.Flow(ctx, w.target)
	if kestra.IsNotFound(err) {
		return found{}, nil
	}
	if err != nil {
		return found{}, err
	}
	w.seen = seen
	return found{
		exists:  true,
		settled: sameText(seen.Source, string(w.source)),
		hash:    textHash([]byte(seen.Source)),
		detail:  fmt.Sprintf(" (revision %d, %s)", seen.Revision, moment(seen.Updated)),
	}, nil
}

// revisionLine is what Kestra leaves out when it compares a text with the one it holds. It stores no text that differs in
// nothing else.
var revisionLine = regexp.MustCompile(`(?m)^revision: \d+\n?`)

func sameText(a, b string) bool { return a == b || withoutRevision(a) == withoutRevision(b) }

func withoutRevision(text string) string {
	line := revisionLine.FindStringIndex(text)
	if line == nil {
		return text
	}
	return text[:line[0]] + text[line[1]:]
}

func (w *wantedFlow) write(ctx context.Context) (err error) {
	if w.seen == nil {
		w.seen, err = w.create(ctx)
		return err
	}
	// An update stores what creating would refuse, so the server is asked first.
	if err := w.validate(ctx); err != nil {
		return err
	}
	seen, err := w.server.UpdateFlow(ctx, w.seen, w.source)
	if err != nil {
		return err
	}
	w.seen = seen
	return nil
}

// create asks for the server's opinion only when creating fails in a way that could be temporary: some
// versions answer 500 to some invalid flows.
func (w *wantedFlow) create(ctx context.Context) (*kestra.Flow, error) {
	created, err := w.server.CreateFlow(ctx, w.target, w.source)
	var answer *kestra.Error
	if errors.As(err, &answer) && answer.Status >= 500 {
		if invalid := w.validate(ctx); errors.As(invalid, new(*problem)) {
			return nil, invalid
		}
	}
	return created, err
}

func (w *wantedFlow) validate(ctx context.Context) error {
	if w.accepted != nil && w.accepted(w.target.Tenant, w.source) {
		return nil
	}
	validation, err := w.server.ValidateFlow(ctx, w.target.Tenant, w.source)
	if err != nil {
		return err
	}
	if validation.Valid() {
		return nil
	}
	return &problem{
		reason:  v1alpha1.ReasonRejected,
		message: "Kestra refuses the flow: " + strings.Join(validation.Constraints, "; "),
		stalled: true,
	}
}

func (w *wantedFlow) record() int64 {
	w.obj.Status.Revision = w.seen.Revision
	w.obj.Status.SourceHash = w.hash()
	if w.uiURL != "" {
		w.obj.Status.URL = strings.TrimRight(w.uiURL, "/") + "/ui/" + url.PathEscape(w.target.Tenant) +
			"/flows/edit/" + url.PathEscape(w.target.Namespace) + "/" + url.PathEscape(w.target.Name)
	}
	return w.seen.Revision
}

// textHash is the SHA-256 of a text, in hex.
func textHash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
