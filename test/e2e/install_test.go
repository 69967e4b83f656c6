package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
)

// One command installs an operator that works at once, in all the ways it is used.
func TestAReleaseWithCertManager(t *testing.T) {
	c := onCluster(t)
	k := c.startKestra(t, "kestra")
	r := c.install(t, "my-kestra-operator", "kestra-operator", k, "")
	c.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n")
	for _, behaviour := range []struct {
		name string
		test func(*testing.T, release, kestraPod)
	}{
		{"both webhook configurations trust the authority of cert-manager", trustsTheAuthority},
		{"replicas stand on both nodes, without rights", runsWithoutRights},
		{"a good flow is applied, and only the label is added on its way to Kestra", appliesAGoodFlow},
		{"a bad flow is refused when it is applied, with line and column of every problem", refusesABadFlow},
		{"kubectl get flow tells how they are", listsFlows},
		{"a dry run in CI judges and stores nothing", judgesInADryRun},
		{"key-values and namespace files are applied", appliesTheOtherKinds},
		{"helm test passes", passesHelmTest},
		{"a namespace is deleted with the objects in it", lastsThroughTheEndOfANamespace},
		{"a rolling upgrade refuses nothing", upgradesWithoutFailures},
		{"a drain of a node refuses nothing", drainsWithoutFailures},
		{"a renewed certificate is served without a failure", renewsItsCertificate},
		{"a renewed authority is trusted without a failure", renewsItsAuthority},
		{"an authority with another key is trusted after a moment", replacesItsAuthority},
		{"a killed leader is replaced", replacesAKilledLeader},
		{"an upgrade that fails is rolled back", rollsBackAFailedUpgrade},
		{"a rollback restores the revision before", rollsBack},
		{"without any replica, nothing that is not judged is held up", holdsNothingUpWhenDead},
		{"an uninstall leaves definitions and objects", leavesObjectsBehind},
	} {
		if !t.Run(behaviour.name, func(t *testing.T) { behaviour.test(t, r, k) }) {
			t.Log(r.story(t))
		}
	}
}

func trustsTheAuthority(t *testing.T, r release, _ kestraPod) {
	if err := r.untrusted(t); err != nil {
		t.Error(err)
	}
}

// untrusted says which of the release's webhooks trusts something else than the authority in its Secret.
func (r release) untrusted(t testing.TB) error {
	t.Helper()
	var secret corev1.Secret
	r.get(t, r.namespace, r.name+"-webhook-tls", &secret)
	authority := secret.Data["ca.crt"]
	if len(authority) == 0 {
		return errors.New("the Secret of the certificate holds no authority")
	}
	var mutating admissionregistrationv1.MutatingWebhookConfiguration
	var validating admissionregistrationv1.ValidatingWebhookConfiguration
	r.get(t, "", r.clusterName(), &mutating)
	r.get(t, "", r.clusterName(), &validating)
	bundles := map[string][]byte{}
	for _, webhook := range mutating.Webhooks {
		bundles[webhook.Name] = webhook.ClientConfig.CABundle
	}
	for _, webhook := range validating.Webhooks {
		bundles[webhook.Name] = webhook.ClientConfig.CABundle
	}
	if len(bundles) != 4 {
		return fmt.Errorf("%d webhooks, want one that mutates and three that validate", len(bundles))
	}
	for name, bundle := range bundles {
		if !bytes.Equal(bytes.TrimSpace(bundle), bytes.TrimSpace(authority)) {
			return fmt.Errorf("%s trusts something else:\n%s", name, bundle)
		}
	}
	return nil
}

func runsWithoutRights(t *testing.T, r release, _ kestraPod) {
	pods, err := r.pods(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	occupied := map[string]bool{}
	for _, pod := range pods {
		occupied[pod.Spec.NodeName] = true
		runsUnprivileged(t, pod)
	}
	if len(pods) != 2 || len(occupied) != 2 {
		t.Errorf("%d pods on the nodes %v, want one on each of two", len(pods), occupied)
	}
}

// runsUnprivileged looks at a pod's process from outside.
func runsUnprivileged(t *testing.T, pod corev1.Pod) {
	t.Helper()
	process := processOf(t, pod)
	for file, want := range map[string]string{
		"status":    `(?m)^Uid:\t65532\t65532\t65532\t65532$`,
		"mountinfo": `(?m)^\d+ \d+ \S+ / / ro,`, // the root
	} {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(process), file))
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("%s of the process of %s does not match %s:\n%s", file, pod.Name, want, text)
		}
	}
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(process), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(string(status), want) {
			t.Errorf("the process of %s lacks %q:\n%s", pod.Name, want, status)
		}
	}
}

func appliesAGoodFlow(t *testing.T, r release, k kestraPod) {
	r.kubectl(t, "apply", "--namespace", "team-a", "--filename", filepath.Join("testdata", "good.yaml"))
	r.awaitReady(t, "team-a", "welcome")
	source, err := k.flow(t.Context(), kestraNamespace, "welcome")
	if err != nil {
		t.Fatal(err)
	}
	const want = "id: welcome\nnamespace: company.team\ntasks:\n  - id: greet\n    type: io.kestra.plugin.core.log.Log\n    message: Welcome   # kept as it stands\n"
	if got := withoutLabel(source); got != want {
		t.Errorf("more than the label was added; Kestra holds:\n%s", source)
	}
	if !strings.Contains(source, `system.readOnly: "true"`) {
		t.Errorf("the label was not added; Kestra holds:\n%s", source)
	}
}

// withoutLabel removes the two lines that the operator adds.
func withoutLabel(source string) string {
	var text strings.Builder
	for line := range strings.Lines(source) {
		if !strings.Contains(line, "system.readOnly") && line != "labels:\n" {
			text.WriteString(line)
		}
	}
	return text.String()
}

func refusesABadFlow(t *testing.T, r release, k kestraPod) {
	refusal := r.refused(t, "apply", "--namespace", "team-a", "--filename", filepath.Join("testdata", "bad.yaml"))
	wantProblems(t, refusal)
	r.refused(t, "get", "flow", "broken", "--namespace", "team-a")
	if err := k.lacks(kestraNamespace, "broken")(t.Context()); err != nil {
		t.Error(err)
	}
}

// wantProblems checks that a refusal of bad.yaml names both problems and their places.
func wantProblems(t *testing.T, refusal string) {
	t.Helper()
	for _, want := range []string{"line 6, column", `"mesage" is not a property`, `did you mean "message"`, "line 7, column", `"greet" already stands in line 4`} {
		if !strings.Contains(refusal, want) {
			t.Errorf("the refusal does not say %q:\n%s", want, refusal)
		}
	}
}

func listsFlows(t *testing.T, r release, _ kestraPod) {
	lines := strings.Split(strings.TrimSpace(r.kubectl(t, "get", "flow", "--namespace", "team-a")), "\n")
	if len(lines) != 2 {
		t.Fatalf("want a headline and a flow:\n%s", strings.Join(lines, "\n"))
	}
	headline, row := strings.Fields(lines[0]), strings.Fields(lines[1])
	for _, column := range []string{"NAME", "KESTRA-NS", "ID", "REVISION", "READY", "STATUS", "AGE"} {
		if !strings.Contains(lines[0], column) {
			t.Errorf("no column %s in %q", column, headline)
		}
	}
	if got := strings.Join(row[:5], " "); got != "welcome company.team welcome 1 True" {
		t.Errorf("the row is %q", row)
	}
}

func judgesInADryRun(t *testing.T, r release, k kestraPod) {
	dryRun := []string{"apply", "--dry-run=server", "--server-side", "--force-conflicts", "--namespace", "team-b", "--filename"}
	r.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-b}\n")
	r.kubectl(t, append(dryRun, filepath.Join("testdata", "rehearsal.yaml"))...)
	wantProblems(t, r.refused(t, append(dryRun, filepath.Join("testdata", "bad.yaml"))...))
	if output := r.kubectl(t, "get", "kestraflows", "--namespace", "team-b", "--output", "name"); strings.TrimSpace(output) != "" {
		t.Errorf("a dry run stored %s", output)
	}
	if err := k.lacks(kestraNamespace, "rehearsal")(t.Context()); err != nil {
		t.Error(err)
	}
}

func appliesTheOtherKinds(t *testing.T, r release, _ kestraPod) {
	r.kubectl(t, "apply", "--namespace", "team-a", "--filename", filepath.Join("testdata", "others.yaml"))
	r.kubectl(t, "wait", "kv/motto", "nsfile/script", "--namespace", "team-a", "--for=condition=Ready", "--timeout=60s")
}

func passesHelmTest(t *testing.T, r release, _ kestraPod) {
	r.helm(t, "test", r.name, "--namespace", r.namespace, "--timeout", "2m")
}

func lastsThroughTheEndOfANamespace(t *testing.T, r release, k kestraPod) {
	r.apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: short-lived}\n")
	r.createReady(t, "short-lived", "ephemeral", "Goodbye")
	took := eventually(t, "the namespace is gone", func(ctx context.Context) error {
		_, err := r.Kubectl(ctx, "delete", "namespace", "short-lived", "--ignore-not-found", "--timeout=60s")
		return err
	})
	report(t, "deletion of a namespace with a flow: %.1f s", took.Seconds())
	if err := k.lacks(kestraNamespace, "ephemeral")(t.Context()); err != nil {
		t.Error(err)
	}
}
