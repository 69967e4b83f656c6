package installed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const (
	project  = "../.."
	patience = 30 * time.Second
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(built{m}) }

// binary is the operator's program.
var binary string

// built compiles it before the first test.
type built struct{ tests *testing.M }

func (b built) Run() int {
	folder, err := os.MkdirTemp("", "installed-")
	if err == nil {
		defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
		binary = filepath.Join(folder, "kestra-operator")
		err = process.Build(context.Background(), binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return b.tests.Run()
}

// installation is what one kustomization put on a control plane, and the operator that runs in it.
type installation struct {
	t         *testing.T
	plane     *cluster.ControlPlane
	namespace string
	kestra    *kestra.Server
	process   *process.Process
	// arguments of the operator beside those of every one.
	arguments []string
}

// install applies a kustomization's folder.
func install(t *testing.T, plane *cluster.ControlPlane, folder, namespace string, arguments ...string) *installation {
	t.Helper()
	i := &installation{t: t, plane: plane, namespace: namespace, kestra: kestra.Start(t, kestra.Options{}), arguments: arguments}
	i.kubectl("apply", "--server-side", "-k", folder)
	i.start()
	return i
}

// start runs the operator until it is stopped, or the test ends.
func (i *installation) start() {
	i.t.Helper()
	access, err := process.AccessOn(i.t.Context(), i.plane, i.namespace)
	if err != nil {
		i.t.Fatal(err)
	}
	i.process, err = process.Start(i.t.Context(), process.Options{
		Binary: binary, Folder: i.t.TempDir(), Access: access, KestraURL: i.kestra.URL(),
		Environment: []string{process.BasicAuth(i.kestra.Credentials())},
		Arguments:   append([]string{"--interval=1s"}, i.arguments...),
	}, nil)
	if i.process != nil {
		i.t.Cleanup(i.stop)
	}
	if err != nil {
		i.t.Fatal(err)
	}
}

// stop ends the operator, as scaling its Deployment to nothing does.
func (i *installation) stop() {
	i.t.Helper()
	if i.process == nil {
		return
	}
	if err := i.process.Stop(); err != nil {
		i.t.Error(err)
	}
	i.process = nil
}

// kubectl returns what a command prints, which must succeed.
func (i *installation) kubectl(arguments ...string) string {
	i.t.Helper()
	output, err := i.plane.Kubectl(i.t.Context(), arguments...)
	if err != nil {
		i.t.Fatalf("kubectl %s: %v", strings.Join(arguments, " "), err)
	}
	return output
}

// apply returns what kubectl says to a manifest, its warnings too.
func (i *installation) apply(manifest string) (string, error) {
	i.t.Helper()
	command := i.plane.KubectlCommand(i.t.Context(), "apply", "-f", "-")
	command.Stdin = strings.NewReader(manifest)
	output, err := command.CombinedOutput()
	return string(output), err
}

func (i *installation) mustApply(manifest string) string {
	i.t.Helper()
	output, err := i.apply(manifest)
	if err != nil {
		i.t.Fatalf("%v: %s", err, output)
	}
	return output
}

// eventually waits until something is so.
func (i *installation) eventually(what string, isSo func() bool) {
	i.t.Helper()
	err := wait.PollUntilContextTimeout(i.t.Context(), 100*time.Millisecond, patience, true,
		func(context.Context) (bool, error) { return isSo(), nil })
	if err != nil {
		i.t.Fatalf("waiting for %s: %v", what, err)
	}
}

// overlay writes a kustomization of config/self-managed with components of config, each after the replacements of texts.
func overlay(t *testing.T, components []string, replacements ...string) string {
	t.Helper()
	folder := t.TempDir()
	if err := errors.Join(
		os.CopyFS(filepath.Join(folder, "config"), os.DirFS(filepath.Join(project, "config"))),
		os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte("resources: [config/self-managed]\n"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	text := "resources: [config/self-managed]\n"
	if len(components) > 0 {
		text += "components:\n"
	}
	for _, component := range components {
		text += "- config/" + component + "\n"
		rewrite(t, filepath.Join(folder, "config", component, "kustomization.yaml"), strings.NewReplacer(replacements...))
	}
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func rewrite(t *testing.T, file string, replace *strings.Replacer) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(replace.Replace(string(text))), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
