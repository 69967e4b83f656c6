package chart

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestThePolicyIsMountedWhereTheOperatorReadsIt(t *testing.T) {
	r := render(t, "targetPolicy: {rules: [{kubernetesNamespaces: ['team-*'], tenants: [main], namespaces: [company.team, company.team.*]}]}")
	file := ""
	for _, argument := range container(t, r).Args {
		if value, found := strings.CutPrefix(argument, "--target-policy="); found {
			file = value
		}
	}
	mounts, volumes := container(t, r).VolumeMounts, pod(t, r).Volumes
	mount := slices.IndexFunc(mounts, func(m corev1.VolumeMount) bool { return strings.HasPrefix(file, m.MountPath+"/") })
	if mount < 0 {
		t.Fatalf("the policy %q is in no volume of %v", file, mounts)
	}
	volume := slices.IndexFunc(volumes, func(v corev1.Volume) bool { return v.Name == mounts[mount].Name })
	text := named[*corev1.ConfigMap](t, r, volumes[volume].ConfigMap.Name).Data[strings.TrimPrefix(file, mounts[mount].MountPath+"/")]
	var got any
	if err := yaml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"rules": []any{map[string]any{
		"kubernetesNamespaces": []any{"team-*"}, "tenants": []any{"main"}, "namespaces": []any{"company.team", "company.team.*"},
	}}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestAChangedPolicyRestartsThePods(t *testing.T) {
	checksum := func(values string) string {
		return only[*appsv1.Deployment](t, render(t, values)).Spec.Template.Annotations["checksum/target-policy"]
	}
	before := checksum("targetPolicy: {rules: [{kubernetesNamespaces: [a], namespaces: [b]}]}")
	after := checksum("targetPolicy: {rules: [{kubernetesNamespaces: [a], namespaces: [c]}]}")
	if before == "" || before == after {
		t.Errorf("checksums are %q and %q", before, after)
	}
}

func TestARuleThatAllowsNothingIsRefused(t *testing.T) {
	if got := refusal(t, "targetPolicy: {rules: [{kubernetesNamespaces: [a]}]}"); !strings.Contains(got, "namespaces") {
		t.Error(got)
	}
}

// The flow of helm test is written where no policy knows of it.
func TestHelmTestStoresNoFlowUnderAPolicy(t *testing.T) {
	r := render(t, "targetPolicy: {rules: [{kubernetesNamespaces: [a], namespaces: [b]}]}")
	if n := len(all[*v1alpha1.KestraFlow](r)); n != 0 {
		t.Errorf("%d flows, which the policy would refuse", n)
	}
}
