package gitops

import (
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// sample is a file of config/samples/argocd, which the guide shows, for the scene's own namespace of Kestra.
func (s scene) sample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(project + "/config/samples/argocd/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "company.team", s.namespace)
}

// sync is a sync of Argo CD with what Git holds, for at most some seconds.
func (s scene) sync(t *testing.T, manifests string, seconds int) []answer {
	t.Helper()
	return ask(t, "argocd sync", request{
		Namespace: s.namespace, Objects: objects(t, manifests), Tracking: "annotation", Prune: true,
		Customizations: customizations(t), Seconds: seconds,
	})
}

func TestAWaveWaitsForTheOneBefore(t *testing.T) {
	s := scene{server: startOperator(t), namespace: newNamespace(t)}
	s.server.SetDown(true)
	answers := s.sync(t, s.sample(t, "order.yaml"), 10)
	if want := []string{"operation", "KestraKeyValue/bucket"}; !slices.Equal(named(answers), want) {
		t.Errorf("while Kestra is away, got %+v, want only what is in the first wave", answers)
	}
	s.server.SetDown(false)
	answers = s.sync(t, s.sample(t, "order.yaml"), 60)
	want := []string{"operation", "KestraKeyValue/bucket", "KestraFlow/report", "KestraFlow/nightly"}
	if !slices.Equal(named(answers), want) || answers[0].Result != "Succeeded" {
		t.Errorf("got %+v, want %v", answers, want)
	}
}

func named(answers []answer) []string {
	var names []string
	for _, answer := range answers {
		names = append(names, answer.Object)
	}
	return names
}

func TestAHookThatIsOrphanedLeavesItsValueInKestra(t *testing.T) {
	server := startOperator(t)
	for name, annotations := range map[string]*strings.Replacer{
		"Argo CD's annotations": strings.NewReplacer(),
		"Helm's annotations": strings.NewReplacer("argocd.argoproj.io/hook: PreSync", "helm.sh/hook: pre-install,pre-upgrade",
			"argocd.argoproj.io/hook-delete-policy: HookSucceeded", "helm.sh/hook-delete-policy: hook-succeeded"),
	} {
		t.Run(name, func(t *testing.T) {
			s := scene{server: server, namespace: newNamespace(t)}
			hook := annotations.Replace(s.sample(t, "hook.yaml"))
			answers := s.sync(t, hook+"---\n"+s.sample(t, "order.yaml"), 60)
			if hook := resultOf(t, answers, "KestraKeyValue/release-began"); hook.Hook != "PreSync" || hook.Result != "Succeeded" {
				t.Errorf("the hook is %+v, want PreSync, Succeeded", hook)
			}
			if operation := answers[0]; operation.Result != "Succeeded" {
				t.Fatalf("the sync is %+v", answers)
			}
			s.awaitGone(t, "KestraKeyValue/release-began")
			if status := s.get(t, "/namespaces/"+s.namespace+"/kv/release-began"); status != http.StatusOK {
				t.Errorf("the value in Kestra: status %d", status)
			}
		})
	}
}

func TestPruningFollowsTheDeletionPolicy(t *testing.T) {
	s := scene{server: startOperator(t), namespace: newNamespace(t)}
	kept := strings.Replace(s.sample(t, "order.yaml"), "  id: report\n  source", "  deletionPolicy: Orphan\n  id: report\n  source", 1)
	s.sync(t, kept, 60)
	awaitReason(t, s.namespace, "KestraFlow/nightly", "Succeeded")
	value, _, _ := strings.Cut(kept, "\n---\n")
	answers := s.sync(t, value, 60) // the flows are gone from Git
	if operation := answers[0]; operation.Result != "Succeeded" {
		t.Fatalf("the sync is %+v", answers)
	}
	for flow, want := range map[string]int{"nightly": http.StatusNotFound, "report": http.StatusOK} {
		if got := resultOf(t, answers, "KestraFlow/"+flow); got.Result != "Pruned" {
			t.Errorf("%s is %+v, want Pruned", flow, got)
		}
		s.awaitGone(t, "KestraFlow/"+flow)
		if status := s.get(t, "/flows/"+s.namespace+"/"+flow); status != want {
			t.Errorf("%s in Kestra: status %d, want %d", flow, status, want)
		}
	}
}

// awaitGone waits until an object is no more.
func (s scene) awaitGone(t *testing.T, object string) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		_, err := live(ctx, s.namespace, object)
		if err != nil && !strings.Contains(err.Error(), "NotFound") {
			return false, err
		}
		return err != nil, nil
	})
	if err != nil {
		t.Fatalf("%s is still there: %v", object, err)
	}
}

// get is the status with which Kestra answers.
func (s scene) get(t *testing.T, path string) int {
	t.Helper()
	return s.request(t, http.MethodGet, path, http.NoBody)
}

// request is one to Kestra, as a person would make it.
func (s scene) request(t *testing.T, method, path string, body io.Reader) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+"/api/v1/main"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	request.Header.Set("Content-Type", "application/x-yaml")
	request.SetBasicAuth(s.server.Credentials().Username, s.server.Credentials().Password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close() // the status says enough
	return response.StatusCode
}
