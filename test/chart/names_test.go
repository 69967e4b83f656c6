package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
)

func names[T object](objects []T) (names []string) {
	for _, o := range objects {
		names = append(names, o.GetName())
	}
	return names
}

func TestReleasesNeverShareAnObject(t *testing.T) {
	for name, pair := range map[string][2][2]string{
		"one name in two namespaces":     {{"kestra-operator", "a"}, {"kestra-operator", "b"}},
		"two names in one namespace":     {{"one", "a"}, {"two", "a"}},
		"names that meet at their seams": {{"x-y", "z"}, {"x", "y-z"}},
		"long names that begin alike":    {{strings.Repeat("n", 52) + "1", "a"}, {strings.Repeat("n", 52) + "2", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taken := map[string]bool{}
			for _, values := range []string{"", "certificates: {mode: self-managed}"} {
				for _, release := range pair {
					for _, o := range renderRelease(t, release[0], release[1], values).objects {
						key := fmt.Sprintf("%T %s/%s", o, o.GetNamespace(), o.GetName())
						owner := strings.Join(release[:], "/")
						if taken[key] && !taken[owner+" "+key] {
							t.Errorf("%s belongs to both releases", key)
						}
						taken[key], taken[owner+" "+key] = true, true
					}
				}
			}
		})
	}
}

// What an operator makes itself is in no rendering, but its roles name it.
func TestReleasesInOneNamespaceShareNothingThatTheyMakeThemselves(t *testing.T) {
	made := map[string]string{}
	for _, release := range []string{"one", "two"} {
		r := renderRelease(t, release, "a", "certificates: {mode: self-managed}")
		name := "--name=" + release + "-kestra-operator"
		if !slices.Contains(container(t, r).Args, name) {
			t.Errorf("release %s: no argument %s", release, name)
		}
		var own []string
		for _, rule := range named[*rbacv1.Role](t, r, release+"-kestra-operator-own").Rules {
			own = append(own, rule.ResourceNames...)
		}
		prefix := release + "-kestra-operator"
		want := []string{prefix + "-catalog", prefix + "-hash-key", prefix + "-webhook-tls", prefix + ".model.kestra.io"}
		slices.Sort(own)
		if diff := cmp.Diff(want, own); diff != "" {
			t.Errorf("release %s: %s", release, diff)
		}
		for _, object := range own {
			if other, taken := made[object]; taken {
				t.Errorf("%s belongs to %s and %s", object, other, release)
			}
			made[object] = release
		}
	}
}

func TestNamesAreValidHoweverTheReleaseIsCalled(t *testing.T) {
	for _, release := range []string{"r", "a.dotted.name", strings.Repeat("n", 53)} {
		for _, values := range []string{"", "fullnameOverride: " + strings.Repeat("f", 63), "nameOverride: " + strings.Repeat("m", 63)} {
			t.Run(release+" "+values, func(t *testing.T) {
				t.Parallel()
				r := renderRelease(t, release, strings.Repeat("s", 63), values)
				for _, service := range all[*corev1.Service](r) {
					for _, problem := range validation.IsDNS1035Label(service.Name) {
						t.Errorf("Service %q: %s", service.Name, problem)
					}
				}
				for _, o := range r.objects {
					valid := validation.IsDNS1123Subdomain
					if _, ok := o.(*rbacv1.ClusterRole); ok {
						valid = content.IsPathSegmentName
					}
					for _, problem := range valid(o.GetName()) {
						t.Errorf("%T %q: %s", o, o.GetName(), problem)
					}
					for key, value := range o.GetLabels() {
						for _, problem := range validation.IsValidLabelValue(value) {
							t.Errorf("%T %q: label %s: %s", o, o.GetName(), key, problem)
						}
					}
				}
			})
		}
	}
}
