package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// plugged runs the plugin by kubectl, with credentials for Kestra, and returns what it printed and its exit code.
func (c *cluster) plugged(ctx context.Context, t testing.TB, arguments ...string) (output string, code int) {
	t.Helper()
	folder, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	command := c.KubectlCommand(ctx, append([]string{"kestra"}, arguments...)...)
	command.Env = append(command.Env, "PATH="+folder, "KESTRA_API_BASIC_AUTH="+login())
	text, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), command.ProcessState.ExitCode()
}

// finding is what the doctor says of one thing, in JSON.
type finding struct{ Check, Level, Message, Next string }

// healthy is a condition for eventually: the doctor finds nothing wrong and nothing to mention.
func (r release) healthy(t testing.TB, k kestraPod) func(context.Context) error {
	return func(ctx context.Context) error {
		output, code := r.plugged(ctx, t, "doctor", "--server", k.address)
		if code != 0 || !strings.Contains(output, " ok, 0 warnings, 0 failed, 0 skipped\n") {
			return fmt.Errorf("exit code %d:\n%s", code, output)
		}
		return nil
	}
}

// finds is a condition for eventually: the doctor names a trouble and a next step, in these words, and fails when it must.
func (r release) finds(t testing.TB, k kestraPod, want finding) func(context.Context) error {
	return func(ctx context.Context) error {
		output, code := r.plugged(ctx, t, "doctor", "--server", k.address, "--output", "json")
		var findings []finding
		if err := json.Unmarshal([]byte(output), &findings); err != nil {
			return fmt.Errorf("%w:\n%s", err, output)
		}
		for _, found := range findings {
			if found.Check == want.Check && found.Level == want.Level && strings.Contains(found.Message, want.Message) && strings.Contains(found.Next, want.Next) {
				if want.Level == "failed" && code != 1 {
					return fmt.Errorf("exit code %d, want 1", code)
				}
				return nil
			}
		}
		return fmt.Errorf("want %+v, got:\n%s", want, output)
	}
}

// What goes wrong with real installations, one after the other, is named by the doctor with the next step; after each
// cure nothing is.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := c.install(t, "my-kestra-operator", "kestra-operator", k, "")
	r.createReady(t, "default", "hello", "Hello")
	t.Run("a healthy installation", func(t *testing.T) { examinesAHealthyOne(t, r, k) })
	upgrade := func(flags ...string) func(*testing.T) { return func(t *testing.T) { r.upgrade(t, flags...) } }
	kubectl := func(arguments ...string) func(*testing.T) {
		return func(t *testing.T) { r.kubectl(t, append(arguments, "--namespace", r.namespace)...) }
	}
	for _, trouble := range []struct {
		name  string
		cause func(*testing.T)
		want  []finding
		cure  func(*testing.T) // nil when the next cause, or the end, is one
	}{
		{
			"a role that somebody deleted", kubectl("delete", "clusterrolebinding", r.clusterName()),
			[]finding{{"rights", "failed", "may not", "apply the roles"}}, nil,
		}, {
			"the URL of Kestra's management port", upgrade("--set", "configuration.kestra.url=http://kestra.kestra.svc:8081"),
			[]finding{
				{"configuration", "warning", "names port 8081", "correct the values"},
				{"objects", "failed", "KestraUnavailable", "port 8080, not 8081"},
			}, nil,
		}, {
			"a password that Kestra does not take", upgrade("--set", "configuration.kestra.basicAuth.value=dev@kestra.test:Wrong1234"),
			[]finding{{"objects", "failed", "KestraUnauthorized", "correct KESTRA_API_BASIC_AUTH"}}, upgrade(),
		}, {
			"an update to an image that is in no registry", func(t *testing.T) {
				r.helm(t, "upgrade", r.name, chart, "--namespace", r.namespace, "--values", r.values, "--set", "image.tag=none")
			},
			[]finding{{"operator", "warning", "an update of them is not: pod my-kestra-operator-", "describe deployment"}}, upgrade(),
		}, {
			"a Certificate that somebody deleted", kubectl("delete", "certificate", r.name+"-webhook"),
			[]finding{{"certificate", "failed", "there is no Certificate", "upgrade the release"}}, nil,
		}, {
			"a certificate that has ended", func(t *testing.T) { r.endCertificate(t) },
			[]finding{{"certificate", "failed", "ended on", "look at whoever renews it"}}, upgrade(),
		}, {
			"no replica", kubectl("scale", "deployment/"+r.name, "--replicas=0"),
			[]finding{
				{"operator", "failed", "is scaled to nothing", "--replicas 2"},
				{"service", "failed", "no replica is ready behind the Service", "get pods"},
				{"admission", "failed", "failed calling webhook", ""},
			}, kubectl("scale", "deployment/"+r.name, "--replicas=2"),
		},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			trouble.cause(t)
			for _, want := range trouble.want {
				eventually(t, "the doctor names it", r.finds(t, k, want))
			}
			if trouble.cure != nil {
				trouble.cure(t)
				took := eventually(t, "nothing is wrong any more", r.healthy(t, k))
				report(t, "%s: healthy %.1f s after the cure", trouble.name, took.Seconds())
			}
		})
	}
}

// examinesAHealthyOne asks every command of the plugin that looks.
func examinesAHealthyOne(t *testing.T, r release, k kestraPod) {
	eventually(t, "nothing is wrong", r.healthy(t, k))
	for command, want := range map[string]string{
		"status --all-namespaces --all":              "1 of 1 ready",
		"diff flow hello --server " + k.address:      "",
		"open flow hello --ui-url http://ui --print": "http://ui/ui/main/flows/edit/company.team/hello",
	} {
		output, code := r.plugged(t.Context(), t, strings.Fields(command)...)
		if code != 0 || !strings.Contains(output, want) {
			t.Errorf("kubectl kestra %s: exit code %d, want 0 and %q:\n%s", command, code, want, output)
		}
	}
	file := filepath.Join(t.TempDir(), "hello.yaml")
	if err := os.WriteFile(file, []byte(newFlow("default", "hello", "Bye").Spec.Source), 0o600); err != nil {
		t.Fatal(err)
	}
	output, code := r.plugged(t.Context(), t, "diff", "--filename", file, "--server", k.address)
	if code != 1 || !strings.Contains(output, "message: Bye") {
		t.Errorf("a diff of what differs: exit code %d, want 1:\n%s", code, output)
	}
}

// endCertificate puts a certificate into the release's Secret that has ended.
func (r release) endCertificate(t testing.TB) {
	t.Helper()
	a := newAuthority(t, r.name+"-webhook."+r.namespace+".svc")
	certificate, key, err := a.rotator.CreateCertPEM(a.pair, time.Now().Add(-2*lifetime), time.Now().Add(-lifetime))
	if err != nil {
		t.Fatal(err)
	}
	patch, err := json.Marshal(map[string]any{"data": map[string][]byte{corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key}})
	if err != nil {
		t.Fatal(err)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: r.namespace, Name: r.name + "-webhook-tls"}}
	if err := r.admin.Patch(t.Context(), secret, client.RawPatch(types.MergePatchType, patch)); err != nil {
		t.Fatal(err)
	}
}
