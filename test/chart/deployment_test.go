package chart

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

func pod(t testing.TB, r rendering) corev1.PodSpec {
	t.Helper()
	return only[*appsv1.Deployment](t, r).Spec.Template.Spec
}

func container(t testing.TB, r rendering) corev1.Container {
	t.Helper()
	return pod(t, r).Containers[0]
}

func TestValuesBecomeArguments(t *testing.T) {
	for name, test := range map[string]struct {
		values string
		want   []string
	}{
		"by default": {"", []string{
			"--read-only-label=auto", "--server-check=preferred", "--interval=10m", "--concurrency=4", "--crds=operator", "--leader-elect=true",
			"--webhook-port=9443", "--metrics-bind-address=:9090", "--metrics-secure", "--health-probe-bind-address=:8080",
			"--log-level=info", "--log-format=json",
		}},
		"a bare off": {"{readOnlyLabel: {mode: off}, serverCheck: {mode: off}}", []string{"--read-only-label=off", "--server-check=off"}},
		"facts of Kestra": {
			"configuration: {kestra: {version: '1.3', defaultTenant: team, uiUrl: 'https://kestra'}}",
			[]string{"--kestra-version=1.3", "--default-tenant=team", "--kestra-ui-url=https://kestra"},
		},
		"a time for calls of Kestra":  {"configuration: {kestra: {timeout: 5s}}", []string{"--kestra-timeout=5s"}},
		"any certificate of Kestra":   {"configuration: {kestra: {tls: {insecureSkipVerify: true}}}", []string{"--kestra-insecure-skip-verify"}},
		"watched namespaces":          {"watchNamespaces: [a, b]", []string{"--watch-namespaces=a,b"}},
		"the server's verdict":        {"serverCheck: {mode: required}", []string{"--server-check=required"}},
		"values from Secrets":         {"valueFrom: {enabled: true}", []string{"--value-from"}},
		"label mode":                  {"readOnlyLabel: {mode: deny}", []string{"--read-only-label=deny"}},
		"sync":                        {"sync: {interval: 1h, concurrency: 8}", []string{"--interval=1h", "--concurrency=8"}},
		"log":                         {"log: {level: debug, format: text}", []string{"--log-level=debug", "--log-format=text"}},
		"CRDs installed by the chart": {"crds: {mode: chart}", []string{"--crds=none"}},
		"CRDs that are there":         {"crds: {mode: none}", []string{"--crds=none"}},
		"no metrics":                  {"metrics: {enabled: false}", []string{"--metrics-bind-address=0"}},
		"no leader election":          {"{replicaCount: 1, leaderElection: {enabled: false}}", []string{"--leader-elect=false"}},
		"ports":                       {"{webhook: {port: 1}, health: {port: 2}, metrics: {port: 3}}", []string{"--webhook-port=1", "--health-probe-bind-address=:2", "--metrics-bind-address=:3"}},
		"more arguments":              {"extraArgs: [--webhook-dns-names=a]", []string{"--webhook-dns-names=a"}},
		"a certificate of its own":    {"certificates: {mode: self-managed}", []string{"--self-managed-certificates", "--certificate-secret=r-kestra-operator-webhook-tls", "--webhook-service=r-kestra-operator-webhook", "--validating-webhook=r-kestra-operator.kestra", "--mutating-webhook=r-kestra-operator.kestra"}},
		"cert-manager's certificate":  {"", []string{"--certificate=r-kestra-operator-webhook", "--certificate-secret=r-kestra-operator-webhook-tls", "--cert-dir=/run/kestra-operator/certs", "--validating-webhook=r-kestra-operator.kestra", "--mutating-webhook=r-kestra-operator.kestra"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := container(t, render(t, test.values)).Args
			for _, want := range test.want {
				if !slices.Contains(got, want) {
					t.Errorf("no argument %q in %q", want, got)
				}
			}
		})
	}
}

func TestArgumentsOfFeaturesThatAreOffAreAbsent(t *testing.T) {
	for _, argument := range container(t, render(t, "metrics: {secure: false}")).Args {
		for _, absent := range []string{"--watch-namespaces", "--kestra-version", "--default-tenant", "--kestra-ui-url", "--value-from", "--operator-class", "--watch-selector", "--target-policy", "--kestra-ca-file", "--kestra-client", "--kestra-insecure", "--metrics-secure", "--self-managed", "--webhook-service"} {
			if strings.HasPrefix(argument, absent) {
				t.Errorf("argument %q although nothing asked for it", argument)
			}
		}
	}
}

func TestTheGoRuntimeLeavesATenthOfTheMemoryLimit(t *testing.T) {
	for limit, want := range map[string]string{
		"512Mi": "483183820", "1Gi": "966367641", "100M": "90000000", "1000000": "900000", "1.5G": "1350000000", "128974848000m": "",
	} {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			got := variable(container(t, render(t, "resources: {limits: {memory: '"+limit+"'}}")), "GOMEMLIMIT").Value
			if got != want {
				t.Errorf("GOMEMLIMIT is %q, want %q", got, want)
			}
		})
	}
	t.Run("no limit", func(t *testing.T) {
		t.Parallel()
		if got := variable(container(t, render(t, "resources: {limits: null}")), "GOMEMLIMIT"); got.Name != "" {
			t.Errorf("GOMEMLIMIT is %q without a limit", got.Value)
		}
	})
}

// variable returns a container's environment variable, an empty one when it has none of that name.
func variable(c corev1.Container, name string) corev1.EnvVar {
	for _, v := range c.Env {
		if v.Name == name {
			return v
		}
	}
	return corev1.EnvVar{}
}

func TestTheUsersEnvironmentReplacesTheChartsByName(t *testing.T) {
	c := container(t, render(t, `
extraEnv:
  - {name: KESTRA_API_URL, value: http://mine:8080}
  - {name: HTTPS_PROXY, value: http://proxy:3128}
kestraOperator:
  env: {HTTPS_PROXY: http://other, NO_PROXY: .svc}
`))
	got := map[string]string{}
	for _, v := range c.Env {
		if _, twice := got[v.Name]; twice {
			t.Errorf("%s stands twice, which server-side apply refuses", v.Name)
		}
		got[v.Name] = v.Value
	}
	want := map[string]string{
		"POD_NAMESPACE": "", "GOMEMLIMIT": "483183820",
		"KESTRA_API_URL": "http://mine:8080", "HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": ".svc",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSecurityContextsAreCompletedAndNotReplaced(t *testing.T) {
	r := render(t, "{podSecurityContext: {runAsUser: 1000}, securityContext: {readOnlyRootFilesystem: false}}")
	restricted := &corev1.PodSecurityContext{
		RunAsNonRoot: ptr.To(true), RunAsUser: ptr.To[int64](1000), RunAsGroup: ptr.To[int64](65532), FSGroup: ptr.To[int64](65532),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	if diff := cmp.Diff(restricted, pod(t, r).SecurityContext); diff != "" {
		t.Error(diff)
	}
	want := &corev1.SecurityContext{
		AllowPrivilegeEscalation: ptr.To(false), ReadOnlyRootFilesystem: ptr.To(false),
		Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	if diff := cmp.Diff(want, container(t, r).SecurityContext); diff != "" {
		t.Error(diff)
	}
}

func TestProbesAskTheHealthPort(t *testing.T) {
	c := container(t, render(t, "health: {port: 7000}"))
	for name, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
		if probe == nil || probe.HTTPGet.Port != intstr.FromString("health") {
			t.Errorf("%s probe is %v", name, probe)
		}
	}
}

func TestAProbeSetToNullIsLeftOut(t *testing.T) {
	if c := container(t, render(t, "livenessProbe: null")); c.LivenessProbe != nil || c.ReadinessProbe == nil {
		t.Errorf("liveness %v, readiness %v", c.LivenessProbe, c.ReadinessProbe)
	}
}

func TestAStoppingReplicaServesUntilTheServiceHasForgottenIt(t *testing.T) {
	r := render(t, "shutdown: {delaySeconds: 7, gracePeriodSeconds: 70}")
	if got := container(t, r).Args; !slices.Contains(got, "--shutdown-delay=7s") {
		t.Errorf("arguments are %q, want a delay of 7 s", got)
	}
	if got := *pod(t, r).TerminationGracePeriodSeconds; got != 70 {
		t.Errorf("it is killed after %d s, want 70", got)
	}
}

func TestARollingUpdateNeverTakesAServingReplicaAwayFirst(t *testing.T) {
	got := only[*appsv1.Deployment](t, render(t, "")).Spec.Strategy.RollingUpdate
	want := &appsv1.RollingUpdateDeployment{MaxUnavailable: ptr.To(intstr.FromInt32(0)), MaxSurge: ptr.To(intstr.FromInt32(1))}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReplicasSpreadOverNodesAndZonesUnlessToldOtherwise(t *testing.T) {
	for name, test := range map[string]struct {
		values       string
		spread, away []string
	}{
		"by default":         {"", []string{"kubernetes.io/hostname"}, []string{"topology.kubernetes.io/zone"}},
		"told how to spread": {"topologySpreadConstraints: [{topologyKey: rack, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]", []string{"rack"}, []string{"topology.kubernetes.io/zone"}},
		"told an affinity":   {"affinity: {nodeAffinity: {}}", []string{"kubernetes.io/hostname"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := pod(t, render(t, test.values))
			var spread, away []string
			for _, constraint := range template.TopologySpreadConstraints {
				spread = append(spread, constraint.TopologyKey)
			}
			if apart := template.Affinity.PodAntiAffinity; apart != nil {
				for _, term := range apart.PreferredDuringSchedulingIgnoredDuringExecution {
					away = append(away, term.PodAffinityTerm.TopologyKey)
				}
			}
			if diff := cmp.Diff([][]string{test.spread, test.away}, [][]string{spread, away}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTwoReplicasWithoutAnElectedLeaderAreRefused(t *testing.T) {
	got := refusal(t, "leaderElection: {enabled: false}")
	if !strings.Contains(got, "two replicas would both write to Kestra") {
		t.Error(got)
	}
}

func TestADisruptionBudgetExistsOnlyWhereADrainCanGoOn(t *testing.T) {
	for name, test := range map[string]struct {
		values string
		want   int
	}{
		"two replicas": {"", 1},
		"one replica":  {"replicaCount: 1", 0},
		"switched off": {"podDisruptionBudget: {enabled: false}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := all[*policyv1.PodDisruptionBudget](render(t, test.values)); len(got) != test.want {
				t.Errorf("%d budgets, want %d", len(got), test.want)
			}
		})
	}
}

func TestTheImageIsTheUsersExceptTheEnterpriseOperators(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	for name, test := range map[string]struct{ values, want string }{
		"by default":     {"", "kestra-operator/kestra-operator:0.1.0"},
		"tag":            {"image: {tag: v7}", "kestra-operator/kestra-operator:v7"},
		"repository":     {"image: {repository: my/operator}", "my/operator:0.1.0"},
		"digest":         {"image: {tag: v7, digest: '" + digest + "'}", "kestra-operator/kestra-operator@" + digest},
		"the Java image": {"image: {repository: registry.kestra.io/docker/kestra-operator, tag: v1.0.0}", "kestra-operator/kestra-operator:0.1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, test.values)
			if got := container(t, r).Image; got != test.want {
				t.Errorf("the operator runs %s, want %s", got, test.want)
			}
			if got := only[*corev1.Pod](t, r).Spec.Containers[0].Image; got != test.want {
				t.Errorf("the test runs %s, want %s", got, test.want)
			}
		})
	}
}

func TestPlacementReachesThePods(t *testing.T) {
	got := pod(t, render(t, `
nodeSelector: {disk: ssd}
tolerations: [{key: k, operator: Exists}]
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}
priorityClassName: high
imagePullSecrets: [{name: pull}]
`))
	if got.NodeSelector["disk"] != "ssd" || got.Tolerations[0].Key != "k" || got.Affinity.NodeAffinity == nil ||
		got.PriorityClassName != "high" || got.ImagePullSecrets[0].Name != "pull" {
		t.Errorf("pods are placed by %+v", got)
	}
}
