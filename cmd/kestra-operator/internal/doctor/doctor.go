package doctor

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/webhookconfig"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// Level says how a check ended.
type Level string

// Levels of findings.
const (
	// OK means that it is as it should be.
	OK Level = "ok"
	// Warning means that it works, and deserves a look.
	Warning Level = "warning"
	// Failed means that something does not work, or will not for long.
	Failed Level = "failed"
	// Skipped means that it could not be told from here, by whoever asks.
	Skipped Level = "skipped"
)

// Finding is what one check found. Its JSON is the output of "doctor -o json"; fields are added, never changed.
type Finding struct {
	// Check is the name of what was looked at, the same from release to release.
	Check   string `json:"check"`
	Level   Level  `json:"level"`
	Message string `json:"message"`
	// Next is what to do about it; empty only when there is nothing to do.
	Next string `json:"next,omitempty"`
}

// Patient is the installation to examine.
type Patient struct {
	// Cluster is asked as whoever runs the command. It must know the types of Kubernetes, of definitions, of cert-manager
	// and of the operator.
	Cluster client.Client
	// Access to the same cluster, for what a client does not tell.
	Access *rest.Config
	// Kestra is reached from here, with credentials of the environment; nil when none was named.
	Kestra *kestra.Client
	// KestraURL is that client's address.
	KestraURL string
	// Tenant to list flows of, which shows whether the credentials are good.
	Tenant string
	// Now is the local clock.
	Now func() time.Time
}

// examination gathers findings. Later checks build on what earlier ones found.
type examination struct {
	Patient
	findings      []Finding
	webhooks      []webhookconfig.Webhook
	installations []installation
}

// Examine looks at everything, and goes on after what cannot be looked at.
func Examine(ctx context.Context, patient Patient) []Finding {
	e := &examination{Patient: patient}
	if !e.cluster(ctx) {
		return e.findings
	}
	for _, check := range []func(context.Context){
		e.definitions, e.admission, e.trial, e.operators, e.leases, e.configurations, e.rights,
		e.certificates, e.rivals, e.objects, e.kestra,
	} {
		check(ctx)
	}
	return e.findings
}

func (e *examination) add(check string, level Level, next, format string, arguments ...any) {
	e.findings = append(e.findings, Finding{Check: check, Level: level, Message: fmt.Sprintf(format, arguments...), Next: next})
}

func (e *examination) ok(check, format string, arguments ...any) {
	e.add(check, OK, "", format, arguments...)
}

// skip notes that something could not be looked at. The error says why.
func (e *examination) skip(check, what string, err error) {
	e.add(check, Skipped, "ask somebody who may, or give yourself the right to look", "%s cannot be looked at: %v", what, err)
}

// Unwell is true when something failed.
func Unwell(findings []Finding) bool {
	for _, finding := range findings {
		if finding.Level == Failed {
			return true
		}
	}
	return false
}
