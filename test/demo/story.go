package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const (
	testdata = "test/demo/testdata/"
	// syncTimeout bounds what takes one reconcile, driftTimeout what takes the next look at Kestra too.
	syncTimeout  = 20 * time.Second
	driftTimeout = 30 * time.Second
)

// scene is one part of the story. It fails when something was not as its title and comments say.
type scene struct {
	title string
	play  func(context.Context, *stage) error
	// drawn is true for the scenes that the recording shows.
	drawn bool
}

var story = []scene{
	{"A good flow is applied and reaches Kestra", goodFlow, true},
	{"A bad flow is refused before it is stored, with every problem at once", badFlow, true},
	{"A dry run gives the same verdicts and stores nothing", dryRun, true},
	{"Updates make revisions; what is the same is not written again", update, false},
	{"A change made in Kestra is put back", drift, true},
	{"Deleting the object deletes the flow", deletion, true},
	{"Key-values and namespace files", keyValueAndFile, false},
	{"A flow as documentation shows it, which Kestra refuses", documentationFlow, false},
}

func goodFlow(ctx context.Context, s *stage) error {
	if err := s.accepted(ctx, "apply", "-f", testdata+"hello.yaml"); err != nil {
		return err
	}
	if err := s.accepted(ctx, "wait", "--for=condition=Ready", "flow/hello", "--timeout=20s"); err != nil {
		return err
	}
	table, err := s.kubectl(ctx, "get", "flow")
	if err != nil {
		return err
	}
	if !strings.Contains(table, "READY") || !strings.Contains(table, "True") {
		return errors.New("the table does not show READY True")
	}
	source, err := s.kestra.helloSource(ctx)
	if err != nil {
		return err
	}
	s.out.command("GET " + flowPath("hello") + "?source=true")
	s.out.output(source)
	return onlyLabelAdded(testdata+"hello.yaml", source)
}

// onlyLabelAdded compares what Kestra holds with what the user wrote.
func onlyLabelAdded(manifest, source string) error {
	text, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	var flow v1alpha1.KestraFlow
	if err := yaml.UnmarshalStrict(text, &flow); err != nil {
		return fmt.Errorf("%s: %w", manifest, err)
	}
	if !strings.Contains(source, `system.readOnly: "true"`) {
		return errors.New("what Kestra holds does not carry the label system.readOnly")
	}
	rest := source
	for line := range strings.Lines(flow.Spec.Source) {
		before, after, found := strings.Cut(rest, line)
		if !found || strings.TrimSpace(strings.NewReplacer("labels:", "", `system.readOnly: "true"`, "").Replace(before)) != "" {
			return fmt.Errorf("more than the label differs from what the user wrote, at %q", line)
		}
		rest = after
	}
	return nil
}

// badProblems are the places and words that the refusal of bad.yaml gives.
var badProblems = []string{`id is "good" in the source`, "line 7, column 5", `"mesage" is not a property`, "line 8, column 9", `"greet" already stands in line 5`}

func badFlow(ctx context.Context, s *stage) error {
	if err := s.refused(ctx, badProblems, "apply", "-f", testdata+"bad.yaml"); err != nil {
		return err
	}
	return s.refused(ctx, []string{"NotFound"}, "get", "flow", "bad")
}

func dryRun(ctx context.Context, s *stage) error {
	flags := []string{"apply", "--dry-run=server", "--server-side", "--force-conflicts", "-f"}
	if err := s.accepted(ctx, append(flags, testdata+"rehearsal.yaml")...); err != nil {
		return err
	}
	if err := s.refused(ctx, badProblems, append(flags, testdata+"bad.yaml")...); err != nil {
		return err
	}
	if err := s.refused(ctx, []string{"NotFound"}, "get", "flow", "rehearsal"); err != nil {
		return err
	}
	return s.absentInKestra(ctx, "rehearsal")
}

func (s *stage) absentInKestra(ctx context.Context, id string) error {
	status, _, err := s.kestra.request(ctx, http.MethodGet, flowPath(id), "")
	if err != nil {
		return err
	}
	s.out.output(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	if status != http.StatusNotFound {
		return fmt.Errorf("kestra holds the flow %s", id)
	}
	return nil
}

func update(ctx context.Context, s *stage) error {
	first, err := s.revision(ctx)
	if err != nil {
		return err
	}
	if err := s.accepted(ctx, "apply", "-f", testdata+"hello-changed.yaml"); err != nil {
		return err
	}
	if err := s.awaitSource(ctx, syncTimeout, "Good morning"); err != nil {
		return err
	}
	second, err := s.awaitRevision(ctx, first)
	if err != nil {
		return err
	}
	s.out.output(second)
	s.out.say("the same again: nothing is written")
	if err := s.accepted(ctx, "apply", "-f", testdata+"hello-changed.yaml"); err != nil {
		return err
	}
	if err := s.accepted(ctx, "annotate", "flow", "hello", "--overwrite", "kestra.io/reconcile-at=now"); err != nil {
		return err
	}
	if err := s.accepted(ctx, "wait", "--for=jsonpath={.status.lastHandledReconcileAt}=now", "flow/hello", "--timeout=20s"); err != nil {
		return err
	}
	third, err := s.revision(ctx)
	if err != nil {
		return err
	}
	s.out.output(third)
	if third != second {
		return fmt.Errorf("the identical flow was written again: revision %s became %s", second, third)
	}
	return nil
}

const revisionPath = "jsonpath={.status.revision}"

// revision reads the flow's revision from its status.
func (s *stage) revision(ctx context.Context) (string, error) {
	return s.plane.Kubectl(ctx, "get", "flow", "hello", "-o", revisionPath)
}

// awaitRevision waits until the status tells of another revision.
func (s *stage) awaitRevision(ctx context.Context, before string) (after string, err error) {
	s.out.command("kubectl get flow hello -o " + revisionPath)
	err = eventually(ctx, syncTimeout, func() error {
		after, err = s.revision(ctx)
		if err == nil && after == before {
			err = fmt.Errorf("the revision is still %s", before)
		}
		return err
	})
	return after, err
}

// awaitSource waits until Kestra holds a source with a text.
func (s *stage) awaitSource(ctx context.Context, timeout time.Duration, want string) error {
	return eventually(ctx, timeout, func() error {
		source, err := s.kestra.helloSource(ctx)
		if err == nil && !strings.Contains(source, want) {
			err = fmt.Errorf("what Kestra holds does not say %q", want)
		}
		return err
	})
}

func drift(ctx context.Context, s *stage) error {
	source, err := s.kestra.helloSource(ctx)
	if err != nil {
		return err
	}
	s.out.say("someone edits the flow in Kestra")
	edited := strings.Replace(source, "Good morning", "Good evening", 1)
	status, _, err := s.kestra.request(ctx, http.MethodPut, flowPath("hello"), edited)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the edit was answered with %d", status)
	}
	if err := s.awaitSource(ctx, driftTimeout, "Good morning"); err != nil {
		return err
	}
	s.out.command("GET " + flowPath("hello") + "?source=true")
	restored, err := s.kestra.helloSource(ctx)
	if err != nil {
		return err
	}
	if restored != source {
		return errors.New("what was put back is not what was there before")
	}
	s.out.output(restored)
	return nil
}

func deletion(ctx context.Context, s *stage) error {
	if err := s.accepted(ctx, "delete", "flow", "hello", "--timeout=20s"); err != nil {
		return err
	}
	return s.absentInKestra(ctx, "hello")
}

func keyValueAndFile(ctx context.Context, s *stage) error {
	read := []struct{ manifest, object, path, want string }{
		{"key-value.yaml", "kv/greeting", "/namespaces/" + kestraNamespace + "/kv/greeting", "Hello from the cluster"},
		{"namespace-file.yaml", "nsfile/greet-script", "/namespaces/" + kestraNamespace + "/files?path=/scripts/greet.py", `print("Hello from the cluster")`},
	}
	for _, r := range read {
		if err := s.accepted(ctx, "apply", "-f", testdata+r.manifest); err != nil {
			return err
		}
		if err := s.accepted(ctx, "wait", "--for=condition=Ready", r.object, "--timeout=20s"); err != nil {
			return err
		}
		status, body, err := s.kestra.request(ctx, http.MethodGet, r.path, "")
		if err != nil {
			return err
		}
		s.out.output(body)
		if status != http.StatusOK || !strings.Contains(body, r.want) {
			return fmt.Errorf("kestra does not hold %s", r.object)
		}
	}
	return s.accepted(ctx, "delete", "kv/greeting", "nsfile/greet-script", "--timeout=20s")
}

func documentationFlow(ctx context.Context, s *stage) error {
	if err := s.refused(ctx, []string{"message"}, "apply", "-f", testdata+"documentation-flow.yaml"); err != nil {
		return err
	}
	s.out.say("the same with the task's message, and the type's present name")
	if err := s.accepted(ctx, "apply", "-f", testdata+"documentation-flow-corrected.yaml"); err != nil {
		return err
	}
	if err := s.accepted(ctx, "wait", "--for=condition=Ready", "flow/first-flow", "--timeout=20s"); err != nil {
		return err
	}
	if err := s.accepted(ctx, "get", "flow"); err != nil {
		return err
	}
	return s.accepted(ctx, "delete", "flow", "first-flow", "--timeout=20s")
}
