package chart

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

// mountedFiles are the files below the folder of a volume, each by where it comes from: kind/name/key.
func mountedFiles(t *testing.T, r rendering, volume string) map[string]string {
	t.Helper()
	files := map[string]string{}
	folder := ""
	for _, mount := range container(t, r).VolumeMounts {
		if mount.Name == volume {
			folder = mount.MountPath + "/"
		}
	}
	for _, v := range pod(t, r).Volumes {
		if v.Name != volume {
			continue
		}
		add := func(from string, items []corev1.KeyToPath) {
			for _, item := range items {
				files[folder+item.Path] = from + "/" + item.Key
			}
		}
		for _, source := range v.Projected.Sources {
			if source.Secret != nil {
				add("secret/"+source.Secret.Name, source.Secret.Items)
			}
			if source.ConfigMap != nil {
				add("configmap/"+source.ConfigMap.Name, source.ConfigMap.Items)
			}
		}
	}
	return files
}

func TestWhatMakesKestraKnownIsMountedWhereTheOperatorLooks(t *testing.T) {
	const authority, certificate, key = "/etc/kestra-operator/kestra/ca.crt", "/etc/kestra-operator/kestra/tls.crt", "/etc/kestra-operator/kestra/tls.key"
	for name, test := range map[string]struct {
		values string
		want   map[string]string
	}{
		"nothing by default":                     {"{}", map[string]string{}},
		"an authority from a Secret":             {"ca: {fromSecret: {name: s, key: k}}", map[string]string{authority: "secret/s/k"}},
		"an authority from a ConfigMap":          {"ca: {fromConfigMap: {name: c}}", map[string]string{authority: "configmap/c/ca.crt"}},
		"of a Secret and a ConfigMap the Secret": {"ca: {fromSecret: {name: s}, fromConfigMap: {name: c}}", map[string]string{authority: "secret/s/ca.crt"}},
		"a certificate":                          {"clientCertificate: {secretName: s}", map[string]string{certificate: "secret/s/tls.crt", key: "secret/s/tls.key"}},
		"both": {"{ca: {fromConfigMap: {name: c}}, clientCertificate: {secretName: s}}", map[string]string{
			authority: "configmap/c/ca.crt", certificate: "secret/s/tls.crt", key: "secret/s/tls.key",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, "configuration:\n  kestra:\n    tls:\n      "+test.values+"\n")
			if diff := cmp.Diff(test.want, mountedFiles(t, r, "kestra-tls")); diff != "" {
				t.Error(diff)
			}
			arguments := container(t, r).Args
			for flag, file := range map[string]string{"--kestra-ca-file=": authority, "--kestra-client-certificate=": certificate, "--kestra-client-key=": key} {
				if _, mounted := test.want[file]; slices.Contains(arguments, flag+file) != mounted {
					t.Errorf("%s%s is an argument: %t, want %t", flag, file, !mounted, mounted)
				}
			}
		})
	}
}
