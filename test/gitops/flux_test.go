package gitops

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const kustomizations = project + "/config/samples/flux/kustomizations.yaml"

// fluxPatience is long: Flux itself waits for minutes, and the machine may be busy.
const fluxPatience = 3 * time.Minute

// Flux's own kustomize-controller does what the guide's Kustomizations say. Of its source-controller there is only what
// it would leave behind: an archive, and a status that names it.
func TestFluxFollowsTheKustomizationsOfTheGuide(t *testing.T) {
	s := scene{server: startOperator(t), namespace: "team-data"}
	kubectl(t, "", "create", "namespace", s.namespace)
	kubectl(t, "", "create", "namespace", "flux-system")
	g := startFlux(t)
	s.server.SetDown(true)
	kubectl(t, "", "apply", "--server-side", "--validate=strict", "-f", kustomizations)
	g.push(t, platform(t))

	awaitKustomization(t, "team-data-flows", "DependencyNotReady", "team-data-values")
	if flows := kubectl(t, "", "get", "kestraflows", "--namespace", s.namespace, "-o", "name"); flows != "" {
		t.Errorf("while Kestra has no value, flows are applied: %s", flows)
	}
	s.server.SetDown(false)
	for _, name := range []string{"team-data-values", "team-data-flows"} {
		awaitKustomization(t, name, "ReconciliationSucceeded", "")
	}
	awaitReason(t, s.namespace, "KestraFlow/nightly", "Succeeded")

	without := platform(t)
	delete(without, "team-data/flows/nightly.yaml")
	g.push(t, without)
	s.awaitGone(t, "KestraFlow/nightly")
	s.wants(t, map[string]int{"report": http.StatusOK, "nightly": http.StatusNotFound})

	refused := kestra.Fault{Status: http.StatusUnprocessableEntity, Body: `{"message":"Invalid entity"}`}
	s.server.Fail(kestra.Call(http.MethodPut, "/flows"), refused, kestra.Always)
	without["team-data/flows/report.yaml"] = strings.Replace(without["team-data/flows/report.yaml"], "Writes to", "Adds to", 1)
	g.push(t, without)
	awaitKustomization(t, "team-data-flows", "HealthCheckFailed", "KestraFlow/team-data/report status: 'Failed'")

	kubectl(t, "", "delete", "--wait=false", "--namespace", "flux-system", "kustomizations", "--all")
	kubectl(t, "", "wait", "--for=delete", "--timeout="+fluxPatience.String(), "--namespace", "flux-system", "kustomizations", "--all")
	s.wants(t, map[string]int{"report": http.StatusNotFound})
}

// platform is what the repository of the guide holds, file by file. A ConfigMap stands for the operator, which runs.
func platform(t *testing.T) map[string]string {
	t.Helper()
	order, err := os.ReadFile(project + "/config/samples/argocd/order.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(order), "\n---\n")
	return map[string]string{
		"kestra-operator/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: operator, namespace: flux-system}\n",
		"team-data/values/bucket.yaml":  parts[0],
		"team-data/flows/report.yaml":   parts[1],
		"team-data/flows/nightly.yaml":  parts[2],
	}
}

// wants compares the status with which Kestra answers about each flow.
func (s scene) wants(t *testing.T, flows map[string]int) {
	t.Helper()
	for flow, want := range flows {
		if status := s.get(t, "/flows/company.team/"+flow); status != want {
			t.Errorf("%s in Kestra: status %d, want %d", flow, status, want)
		}
	}
}

// awaitKustomization waits until a Kustomization's condition Ready has a reason, and a message with some words.
func awaitKustomization(t *testing.T, name, reason, words string) {
	t.Helper()
	var last string
	err := wait.PollUntilContextTimeout(t.Context(), 200*time.Millisecond, fluxPatience, true, func(ctx context.Context) (bool, error) {
		text, err := plane.Kubectl(ctx, "get", "--namespace", "flux-system", "kustomization/"+name, "-o",
			`jsonpath={range .status.conditions[?(@.type=="Ready")]}{.reason}: {.message}{end}`)
		last = text
		return strings.HasPrefix(text, reason+":") && strings.Contains(text, words), err
	})
	if err != nil {
		t.Fatalf("the Kustomization %s is not %s: %v\n%s", name, reason, err, last)
	}
}

// gitRepository serves archives as Flux's source-controller does.
type gitRepository struct {
	server  *httptest.Server
	archive atomic.Pointer[[]byte]
	pushes  int
}

// startFlux runs kustomize-controller until the test ends.
func startFlux(t *testing.T) *gitRepository {
	t.Helper()
	installFlux(t)
	command := build.Command{Name: "kustomize-controller", Module: build.Flux, Package: "github.com/fluxcd/kustomize-controller"}
	binary, err := command.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	g := &gitRepository{}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(*g.archive.Load()) // a client that is gone asks again
	}))
	t.Cleanup(g.server.Close)
	health := process.FreeAddress(t)
	controller := exec.Command(binary, "--requeue-dependency=1s", "--interval-jitter-percentage=0", "--no-remote-bases",
		"--metrics-addr=0", "--health-addr="+health)
	controller.Env = append(os.Environ(), "KUBECONFIG="+plane.Kubeconfig(), "RUNTIME_NAMESPACE=flux-system", "TMPDIR="+t.TempDir())
	running, err := process.StartCommand(controller, filepath.Join(t.TempDir(), "flux.log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = running.Stop() // how it ends is its own affair
		if t.Failed() {
			t.Log(running.LogTail())
		}
	})
	err = running.Await(t.Context(), 200*time.Millisecond, fluxPatience, "it is ready", func(ctx context.Context) error {
		return process.Ready(ctx, health)
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// installFlux installs the definitions of Flux's kinds.
func installFlux(t *testing.T) {
	t.Helper()
	for _, module := range []build.Module{build.Flux, build.FluxSource} {
		folder, err := module.Source(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kubectl(t, "", "apply", "--server-side", "-f", filepath.Join(folder, "config", "crd", "bases"))
	}
	kubectl(t, "", "wait", "--for=condition=Established", "--timeout=60s",
		"crd/kustomizations.kustomize.toolkit.fluxcd.io", "crd/gitrepositories.source.toolkit.fluxcd.io")
}

// push makes files what the GitRepository of the guide holds.
func (g *gitRepository) push(t *testing.T, files map[string]string) {
	t.Helper()
	packed := archive(t, files)
	g.archive.Store(&packed)
	g.pushes++
	revision := fmt.Sprintf("main@sha1:%040d", g.pushes)
	status, err := json.Marshal(map[string]any{"status": map[string]any{
		"artifact": map[string]any{
			"path": "archive.tar.gz", "url": g.server.URL + "/archive.tar.gz", "revision": revision,
			"digest": fmt.Sprintf("sha256:%x", sha256.Sum256(packed)), "lastUpdateTime": time.Now().UTC().Format(time.RFC3339),
		},
		"conditions": []map[string]any{{
			"type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored artifact",
			"lastTransitionTime": time.Now().UTC().Format(time.RFC3339), "observedGeneration": 1,
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	kubectl(t, "", "patch", "--namespace", "flux-system", "gitrepository/platform", "--subresource=status", "--type=merge", "-p", string(status))
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	writer := tar.NewWriter(compressed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	for _, end := range []interface{ Close() error }{writer, compressed} {
		if err := end.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return packed.Bytes()
}
