package verdict

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const source = `id: hello
namespace: company.team
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: hi
`

func newChecker(t *testing.T, options devkestra.Options, timeout time.Duration) (*Checker, *devkestra.Server) {
	t.Helper()
	server := devkestra.Start(t, options)
	credentials := server.Credentials()
	client, err := kestra.New(kestra.Config{URL: server.URL(), Username: credentials.Username, Password: credentials.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return New(client, timeout), server
}

func TestTheServersRefusalIsAFindingWithItsPlace(t *testing.T) {
	checker, _ := newChecker(t, devkestra.Options{Judge: devkestra.Refuse("greet.message", "must be kinder")}, 0)
	got, err := checker.CheckFlow(t.Context(), "main", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	want := []flow.Finding{{
		Severity: flow.Error, Rule: "server", Path: "tasks[0].message", Line: 6, Column: 14,
		Message: "Kestra refuses it: must be kinder",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameQuestionIsAskedOnce(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{Judge: devkestra.AcceptAll}, 0)
	server.SetLatency(50 * time.Millisecond)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := checker.CheckFlow(context.Background(), "main", []byte(source)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if _, err := checker.CheckFlow(t.Context(), "main", []byte(source)); err != nil {
		t.Fatal(err)
	}
	if got := len(server.Requests(devkestra.Request.IsValidate)); got != 1 {
		t.Errorf("the server was asked %d times, want once", got)
	}
}

func TestAServerThatIsAwayIsAnErrorAndSoonNotAskedAnyMore(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{}, 0)
	server.Fail(devkestra.Every, devkestra.Fault{Status: http.StatusServiceUnavailable}, devkestra.Always)
	for i := range failuresToOpen {
		if _, err := checker.CheckFlow(t.Context(), "main", []byte(source+strings.Repeat("\n", i+1))); err == nil || errors.Is(err, ErrAway) {
			t.Fatalf("got error %v, want the server's", err)
		}
	}
	asked := server.RequestCount()
	if _, err := checker.CheckFlow(t.Context(), "main", []byte(source)); !errors.Is(err, ErrAway) {
		t.Errorf("got error %v, want %v", err, ErrAway)
	}
	if got := server.RequestCount(); got != asked {
		t.Errorf("an open breaker let %d calls through", got-asked)
	}
}

func TestOnlyATakenFlowIsRemembered(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{Judge: devkestra.Refuse("greet.message", "must be kinder")}, 0)
	if checker.Accepted("main", []byte(source)) {
		t.Error("a flow that nobody asked about counts as taken")
	}
	for _, judge := range []devkestra.Judge{devkestra.Refuse("greet.message", "must be kinder"), devkestra.AcceptAll} {
		server.SetJudge(judge)
		findings, err := checker.CheckFlow(t.Context(), "main", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if taken := len(findings) == 0; checker.Accepted("main", []byte(source)) != taken {
			t.Errorf("the server took the flow: %t; it counts as taken: %t", taken, !taken)
		}
	}
	if checker.Accepted("other", []byte(source)) {
		t.Error("a flow counts as taken in a tenant that was not asked about")
	}
}

func TestAFailureAnswersTheSecondWebhookOfTheSameApply(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{}, 0)
	server.Fail(devkestra.Every, devkestra.Fault{Status: http.StatusServiceUnavailable}, devkestra.Always)
	_, first := checker.CheckFlow(t.Context(), "main", []byte(source))
	asked := server.RequestCount()
	_, second := checker.CheckFlow(t.Context(), "main", []byte(source))
	if first == nil || second == nil || first.Error() != second.Error() || server.RequestCount() != asked {
		t.Errorf("got %v, then %v with %d more calls; want the same error without a call", first, second, server.RequestCount()-asked)
	}
}

func TestAServerThatNeverAnswersCostsOneTimeout(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{}, 50*time.Millisecond)
	server.Fail(devkestra.Every, devkestra.Fault{Hang: true}, devkestra.Always)
	_, err := checker.CheckFlow(t.Context(), "main", []byte(source))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want a deadline that was exceeded", err)
	}
}

func TestRefusedCredentialsAreNoRefusalOfTheFlow(t *testing.T) {
	checker, server := newChecker(t, devkestra.Options{}, 0)
	server.Fail(devkestra.Every, devkestra.Fault{Status: http.StatusUnauthorized}, devkestra.Always)
	findings, err := checker.CheckFlow(t.Context(), "main", []byte(source))
	if err == nil || len(findings) > 0 {
		t.Errorf("got findings %v and error %v, want an error alone", findings, err)
	}
	if err != nil && strings.Contains(err.Error(), server.Credentials().Password) {
		t.Error("the error holds the password")
	}
}
