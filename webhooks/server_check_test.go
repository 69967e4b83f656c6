package webhooks_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/controllers/verdict"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/webhooks"
)

// inDefaultTenant asks about every flow in the tenant that the development server has.
type inDefaultTenant struct{ webhooks.ServerChecker }

func (c inDefaultTenant) CheckFlow(ctx context.Context, _ string, source []byte) ([]flow.Finding, error) {
	return c.ServerChecker.CheckFlow(ctx, devkestra.DefaultTenant, source)
}

// serverChecker asks a development Kestra as the operator does.
func serverChecker(t *testing.T, server *devkestra.Server) webhooks.ServerChecker {
	t.Helper()
	credentials := server.Credentials()
	caller, err := kestra.New(kestra.Config{URL: server.URL(), Username: credentials.Username, Password: credentials.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(caller.Close)
	return inDefaultTenant{verdict.New(caller, 0)}
}

func refuseMessage([]byte) devkestra.Verdict {
	return devkestra.Verdict{Problems: []devkestra.Problem{{Path: "greet.message", Message: "must be kinder"}}}
}

func invalidType([]byte) devkestra.Verdict {
	return devkestra.Verdict{Problems: []devkestra.Problem{{Kind: devkestra.InvalidType, Message: "Invalid type: io.kestra.plugin.core.log.Logg"}}}
}

func TestTheServerHasTheLastWord(t *testing.T) {
	const (
		unknownType   = head + "tasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Logg\n    message: Hello\n"
		duplicateKey  = goodSource + "    message: Bye\n"
		aliasedTask   = head + "variables: &x {}\n" + tasks + "  - *x\n"
		otherMistake  = head + "tasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: Hello\n    mesage: Hello\n"
		readOnlyFalse = goodSource + "labels:\n  system.readOnly: \"false\"\n"
	)
	cases := map[string]struct {
		source       string
		judge        devkestra.Judge // nil for a server that is away
		required     bool
		wantCauses   []string // one piece of each, in order
		wantWarnings []string
		wantOutdated bool
	}{
		"it accepts":                     {source: labelledSource, judge: devkestra.AcceptAll},
		"it refuses, in the user's line": {source: goodSource, judge: refuseMessage, wantCauses: []string{"line 6, column 14: tasks[0].message: Kestra refuses it: must be kinder"}},
		"it is away":                     {source: labelledSource, wantWarnings: []string{"the operator asks again before it writes"}},
		"it is away, and its word is required": {source: labelledSource, required: true,
			wantCauses: []string{"apply again when it answers, or run the operator with --server-check=preferred"}},
		"it has a type that the catalog lacks": {source: unknownType, judge: devkestra.AcceptAll,
			wantWarnings: []string{"line 5: Kestra takes this despite unknown-type"}, wantOutdated: true},
		"it has a property that the catalog lacks": {source: otherMistake, judge: devkestra.AcceptAll,
			wantWarnings: []string{"line 7: Kestra takes this despite unknown-property"}, wantOutdated: true},
		"it lacks the type too": {source: unknownType, judge: invalidType, wantCauses: []string{`did you mean "io.kestra.plugin.core.log.Log"`}},
		"it refuses something else beside": {source: otherMistake, judge: refuseMessage,
			wantCauses: []string{"line 7, column 5: tasks[0].mesage", "line 6, column 14: tasks[0].message: Kestra refuses it"}},
		"it is away, and the catalog lacks the type": {source: unknownType, wantCauses: []string{`did you mean "io.kestra.plugin.core.log.Log"`},
			wantWarnings: []string{"what was last known of it decides"}},
		"it does not see a key that stands twice, on which creating fails": {source: duplicateKey, judge: devkestra.AcceptAll, wantCauses: []string{`the key "message" already stands in line 6`}},
		"it does not see a task that is an alias, on which creating fails": {source: aliasedTask, judge: devkestra.AcceptAll, wantCauses: []string{"line 8, column 5: tasks[1]"}},
		"it takes what the policy refuses":                                 {source: readOnlyFalse, judge: devkestra.AcceptAll, wantCauses: []string{"system.readOnly"}},
	}
	for _, required := range []bool{false, true} {
		server := devkestra.Start(t, devkestra.Options{})
		var outdated atomic.Int32
		t.Run(map[bool]string{false: "preferred", true: "required"}[required], func(t *testing.T) {
			serveWebhooks(t, webhooks.Options{
				ServerCheck: serverChecker(t, server), ServerCheckRequired: required, CatalogOutdated: func() { outdated.Add(1) },
			})
			for name, tc := range cases {
				if tc.judge == nil && tc.required != required {
					continue // the modes differ while the server is away
				}
				t.Run(name, func(t *testing.T) {
					server.SetDown(tc.judge == nil)
					server.SetJudge(tc.judge)
					outdated.Store(0)
					u := newUser(t, plane.Config())
					// A text of its own: an answer is remembered for a while.
					err := u.Create(t.Context(), aFlow(newNamespace(t, u), tc.source+"# "+name+"\n"))
					checkPieces(t, "causes", causes(err), tc.wantCauses)
					if (err != nil) != (len(tc.wantCauses) > 0) {
						t.Errorf("the answer is %v", err)
					}
					warnings := u.takeWarnings()
					if err == nil || len(tc.wantWarnings) > 0 {
						checkPieces(t, "warnings", withoutLabel(warnings), tc.wantWarnings)
					}
					for _, warning := range warnings {
						if strings.Contains(warning, "…") || len(warning) > 120 {
							t.Errorf("the warning is cut, or would be: %q", warning)
						}
					}
					if (outdated.Load() > 0) != tc.wantOutdated {
						t.Errorf("the catalog was called outdated %d times", outdated.Load())
					}
				})
			}
		})
	}
}

// checkPieces looks for one piece in each text.
func checkPieces(t *testing.T, what string, got, want []string) {
	t.Helper()
	matches := len(got) == len(want)
	for i := 0; matches && i < len(want); i++ {
		matches = strings.Contains(got[i], want[i])
	}
	if !matches {
		t.Errorf("the %s are %q, want a piece in each: %q", what, got, want)
	}
}

// withoutLabel leaves out what is said of the label, which most of these flows lack.
func withoutLabel(warnings []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(warning string) bool { return strings.Contains(warning, "system.readOnly") })
}

// One apply calls two webhooks, and a dry run both too.
func TestOneApplyIsOneQuestion(t *testing.T) {
	server := devkestra.Start(t, devkestra.Options{})
	serveWebhooks(t, webhooks.Options{ServerCheck: serverChecker(t, server)})
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	if err := client.NewDryRunClient(u).Create(t.Context(), aFlow(namespace, goodSource)); err != nil {
		t.Fatal(err)
	}
	if asked := len(server.Requests(devkestra.Request.IsValidate)); asked != 1 {
		t.Errorf("a dry run asked %d times, want once", asked)
	}
	if err := u.Create(t.Context(), aFlow(namespace, goodSource)); err != nil {
		t.Fatal(err)
	}
	if asked := len(server.Requests(devkestra.Request.IsValidate)); asked != 1 {
		t.Errorf("a dry run and the apply right after it asked %d times, want once", asked)
	}
	if written := len(server.Requests(devkestra.Request.IsWrite)); written != 0 {
		t.Errorf("admission wrote to Kestra %d times", written)
	}
}

// With the shortest useful timeout, an answer still comes before the API server gives up.
func TestTheQuestionEndsBeforeTheAPIServersPatience(t *testing.T) {
	server := devkestra.Start(t, devkestra.Options{})
	server.Fail(devkestra.Every, devkestra.Fault{Hang: true}, devkestra.Always)
	serveWebhooks(t, webhooks.Options{ServerCheck: serverChecker(t, server), ServerCheckTimeout: time.Minute})
	u := newUser(t, plane.Config())
	shortenPatience(t, u, 3)
	if err := u.Create(t.Context(), aFlow(newNamespace(t, u), goodSource)); err != nil {
		t.Errorf("a server that never answers: %v", err)
	}
}

// shortenPatience sets the timeout of every webhook, in seconds.
func shortenPatience(t *testing.T, c client.Client, seconds int32) {
	t.Helper()
	mutating := &admissionregistrationv1.MutatingWebhookConfiguration{}
	validating := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	for name, configuration := range map[string]client.Object{"kestra-operator-mutating": mutating, "kestra-operator-validating": validating} {
		if err := c.Get(t.Context(), client.ObjectKey{Name: name}, configuration); err != nil {
			t.Fatal(err)
		}
	}
	for i := range mutating.Webhooks {
		mutating.Webhooks[i].TimeoutSeconds = &seconds
	}
	for i := range validating.Webhooks {
		validating.Webhooks[i].TimeoutSeconds = &seconds
	}
	for _, configuration := range []client.Object{mutating, validating} {
		if err := c.Update(t.Context(), configuration); err != nil {
			t.Fatal(err)
		}
	}
}
