package chart

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
)

const injection = "cert-manager.io/inject-ca-from"

func TestCertManagerSignsTheLeafByALongLivedAuthority(t *testing.T) {
	r := render(t, "")
	if named[*certmanagerv1.Issuer](t, r, "r-kestra-operator-selfsigned").Spec.SelfSigned == nil {
		t.Error("the root issuer does not sign itself")
	}
	authority := named[*certmanagerv1.Certificate](t, r, "r-kestra-operator-webhook-ca").Spec
	if !authority.IsCA || authority.IssuerRef.Name != "r-kestra-operator-selfsigned" || authority.Duration.Duration != 87600*time.Hour {
		t.Errorf("the authority is %+v", authority)
	}
	if authority.PrivateKey.RotationPolicy != certmanagerv1.RotationPolicyNever {
		t.Errorf("the authority's key is renewed: every leaf before would lose its trust")
	}
	if got := named[*certmanagerv1.Issuer](t, r, "r-kestra-operator-webhook-ca").Spec.CA.SecretName; got != authority.SecretName {
		t.Errorf("the issuer signs with Secret %q, the authority is in %q", got, authority.SecretName)
	}
	leaf := named[*certmanagerv1.Certificate](t, r, "r-kestra-operator-webhook").Spec
	if leaf.IsCA || leaf.IssuerRef.Name != "r-kestra-operator-webhook-ca" || leaf.PrivateKey.RotationPolicy != certmanagerv1.RotationPolicyAlways {
		t.Errorf("the leaf is %+v", leaf)
	}
}

func TestRenewalTimesAreTheUsers(t *testing.T) {
	r := render(t, "certificates: {certManager: {duration: 48h, renewBefore: 12h, caDuration: 96h, caRenewBefore: 24h}}")
	leaf := named[*certmanagerv1.Certificate](t, r, "r-kestra-operator-webhook").Spec
	authority := named[*certmanagerv1.Certificate](t, r, "r-kestra-operator-webhook-ca").Spec
	got := []time.Duration{leaf.Duration.Duration, leaf.RenewBefore.Duration, authority.Duration.Duration, authority.RenewBefore.Duration}
	if diff := cmp.Diff([]time.Duration{48 * time.Hour, 12 * time.Hour, 96 * time.Hour, 24 * time.Hour}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnIssuerOfOnesOwnReplacesTheAuthority(t *testing.T) {
	r := render(t, "certificates: {certManager: {issuerRef: {name: corporate, kind: ClusterIssuer, group: cert-manager.io}}}")
	if got := all[*certmanagerv1.Issuer](r); len(got) != 0 {
		t.Errorf("%d issuers are rendered, want none", len(got))
	}
	want := cmmeta.IssuerReference{Name: "corporate", Kind: "ClusterIssuer", Group: "cert-manager.io"}
	if diff := cmp.Diff(want, only[*certmanagerv1.Certificate](t, r).Spec.IssuerRef); diff != "" {
		t.Error(diff)
	}
}

func TestTheAuthorityIsInjectedFromTheLeafOnlyByCertManager(t *testing.T) {
	for mode, want := range map[string]string{
		"certificates: {mode: cert-manager}":                                  "kestra/r-kestra-operator-webhook",
		"certificates: {mode: self-managed}":                                  "",
		"certificates: {mode: secret, secret: {name: mine, caBundle: A PEM}}": "",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			r := render(t, mode)
			for _, got := range []string{
				only[*admissionv1.MutatingWebhookConfiguration](t, r).Annotations[injection],
				only[*admissionv1.ValidatingWebhookConfiguration](t, r).Annotations[injection],
			} {
				if got != want {
					t.Errorf("injected from %q, want %q", got, want)
				}
			}
			if n := len(all[*certmanagerv1.Certificate](r)) + len(all[*certmanagerv1.Issuer](r)); (n == 0) == (want != "") {
				t.Errorf("%d objects of cert-manager", n)
			}
		})
	}
}

func TestASecretOfOnesOwnIsServedAndItsAuthorityTrusted(t *testing.T) {
	r := render(t, "certificates: {mode: secret, secret: {name: mine, caBundle: \"A PEM\"}}")
	if got := argument(t, r, "--certificate-secret"); got != "mine" {
		t.Errorf("the certificate is taken from the Secret %q, want mine", got)
	}
	for _, hook := range only[*admissionv1.ValidatingWebhookConfiguration](t, r).Webhooks {
		if got := string(hook.ClientConfig.CABundle); got != "A PEM" {
			t.Errorf("%s trusts %q", hook.Name, got)
		}
	}
	if got := refusal(t, "certificates: {mode: secret}"); !strings.Contains(got, "set certificates.secret.name") {
		t.Error(got)
	}
}

// No mode mounts a Secret: no pod would start before it is there, and none would follow its changes at once.
func TestACertificateIsCopiedIntoMemory(t *testing.T) {
	for _, mode := range []string{"cert-manager", "self-managed", "secret, secret: {name: mine}"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			r := render(t, "certificates: {mode: "+mode+"}")
			volumes := pod(t, r).Volumes
			i := slices.IndexFunc(volumes, func(v corev1.Volume) bool { return v.Name == "certs" })
			if i < 0 || volumes[i].EmptyDir == nil || volumes[i].EmptyDir.Medium != corev1.StorageMediumMemory {
				t.Errorf("the certificate is not kept in memory: %+v", volumes)
			}
			for _, mount := range container(t, r).VolumeMounts {
				if mount.Name == "certs" && (mount.ReadOnly || mount.MountPath != argument(t, r, "--cert-dir")) {
					t.Errorf("the operator cannot write to its folder: %+v", mount)
				}
			}
		})
	}
}

func TestTheOperatorKnowsItsCertificateOfCertManagerOnly(t *testing.T) {
	for mode, want := range map[string]string{"cert-manager": "r-kestra-operator-webhook", "self-managed": "", "secret, secret: {name: mine}": ""} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			r := render(t, "certificates: {mode: "+mode+"}")
			if got := argument(t, r, "--certificate"); got != want {
				t.Errorf("--certificate=%s, want %q", got, want)
			}
			if right := "kestra: get cert-manager.io/certificates by name"; may(r)[right] != (want != "") {
				t.Errorf("%q is %t", right, may(r)[right])
			}
		})
	}
}

// argument is the value of one of the operator's arguments; empty when it is not given.
func argument(t *testing.T, r rendering, name string) string {
	t.Helper()
	for _, given := range container(t, r).Args {
		if value, found := strings.CutPrefix(given, name+"="); found {
			return value
		}
	}
	return ""
}

// What a template finds in a cluster it does not find in `helm template`, nor does Argo CD: a chart that asks renders
// something else there.
func TestTemplatesAskNoCluster(t *testing.T) {
	err := filepath.WalkDir(filepath.Join(chartFolder, "templates"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if regexp.MustCompile(`\blookup\b|\.Capabilities\b`).Match(text) {
			t.Errorf("%s asks the cluster", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
