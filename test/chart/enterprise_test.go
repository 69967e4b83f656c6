package chart

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// enterpriseValues sets every value of the Enterprise chart 1.0.3 to something that it renders.
const enterpriseValues = `
imagePullSecrets: [{name: registry}]
nameOverride: ""
fullnameOverride: my-kestra-operator
configuration:
  kestra:
    url: http://my-kestra:8081
    apiKey: {enabled: true, value: "[your-api-key]", fromSecret: {name: kestra, key: token}}
    basicAuth: {enabled: false, value: "[your-basic-auth]", fromSecret: {name: "", key: ""}}
serviceAccount: {annotations: {example.com/role: sync}}
image: {repository: registry.kestra.io/docker/kestra-operator, pullPolicy: IfNotPresent, tag: v1.0.0}
extraEnv: [{name: QUARKUS_LOG_LEVEL, value: DEBUG}, {name: QUARKUS_OPERATOR_SDK_NAMESPACES, value: "team-a,team-b"}]
extraEnvFrom: [{configMapRef: {name: more}}]
resources: {requests: {cpu: 250m, memory: 256Mi}, limits: {memory: 512Mi}}
startupProbe: {httpGet: {path: /q/health/started, port: 8080, scheme: HTTP}, initialDelaySeconds: 1, periodSeconds: 1, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 120}
livenessProbe: {httpGet: {path: /q/health/live, port: 8080, scheme: HTTP}, initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, successThreshold: 1, failureThreshold: 3}
readinessProbe: {httpGet: {path: /q/health/ready, port: 8080, scheme: HTTP}, initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, successThreshold: 1, failureThreshold: 3}
annotations: {example.com/foo: bar}
labels: {example.com/foo: bar}
podAnnotations: {example.com/pod: a}
podLabels: {example.com/pod: b}
podSecurityContext: {fsGroup: 2000}
securityContext: {capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: 1000}
nodeSelector: {disk: ssd}
tolerations: [{operator: Exists}]
affinity: {}
priorityClassName: high
revisionHistoryLimit: 3
`

func TestTheEnterpriseChartsValuesKeepTheirMeaning(t *testing.T) {
	r := render(t, enterpriseValues)
	checkInvariants(t, r)
	deployment := only[*appsv1.Deployment](t, r)
	c := container(t, r)
	for what, pair := range map[string][2]any{
		"name":            {deployment.Name, "my-kestra-operator"},
		"URL":             {variable(c, "KESTRA_API_URL").Value, "http://my-kestra:8081"},
		"API key":         {variable(c, "KESTRA_API_API_KEY").ValueFrom.SecretKeyRef, secretKey("kestra", "token")},
		"basic auth":      {variable(c, "KESTRA_API_BASIC_AUTH"), corev1.EnvVar{}},
		"extraEnv":        {variable(c, "QUARKUS_LOG_LEVEL").Value, "DEBUG"},
		"extraEnvFrom":    {c.EnvFrom[0].ConfigMapRef.Name, "more"},
		"annotation":      {deployment.Annotations["example.com/foo"], "bar"},
		"label":           {deployment.Labels["example.com/foo"], "bar"},
		"pod annotation":  {deployment.Spec.Template.Annotations["example.com/pod"], "a"},
		"pod label":       {deployment.Spec.Template.Labels["example.com/pod"], "b"},
		"fsGroup":         {*deployment.Spec.Template.Spec.SecurityContext.FSGroup, int64(2000)},
		"runAsUser":       {*c.SecurityContext.RunAsUser, int64(1000)},
		"history":         {*deployment.Spec.RevisionHistoryLimit, int32(3)},
		"liveness path":   {c.LivenessProbe.HTTPGet.Path, "/q/health/live"},
		"liveness period": {c.LivenessProbe.PeriodSeconds, int32(5)},
		"account":         {only[*corev1.ServiceAccount](t, r).Annotations["example.com/role"], "sync"},
		"watched":         {slices.Contains(c.Args, "--watch-namespaces=team-a,team-b"), true},
		"service account": {deployment.Spec.Template.Spec.ServiceAccountName, "my-kestra-operator"},
		"memory":          {c.Resources.Requests.Memory().String(), "256Mi"},
		"the Java image":  {c.Image, "kestra-operator/kestra-operator:0.1.0"},
		"priority":        {deployment.Spec.Template.Spec.PriorityClassName, "high"},
		"pull secret":     {deployment.Spec.Template.Spec.ImagePullSecrets[0].Name, "registry"},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}

func TestEnterpriseProbesFindTheirPort(t *testing.T) {
	c := container(t, render(t, enterpriseValues))
	health := slices.IndexFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == "health" })
	for name, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
		if got := probe.HTTPGet.Port.IntVal; got != c.Ports[health].ContainerPort {
			t.Errorf("%s probe asks port %d, health is served on %d", name, got, c.Ports[health].ContainerPort)
		}
	}
}

// An upgrade of a release replaces its objects in place. Kubernetes refuses to change a Deployment's selector and a
// binding's role.
func TestAReleaseOfTheEnterpriseChartCanBeUpgraded(t *testing.T) {
	r := render(t, "fullnameOverride: my-kestra-operator")
	if diff := cmp.Diff(map[string]string{"app": "my-kestra-operator"}, only[*appsv1.Deployment](t, r).Spec.Selector.MatchLabels); diff != "" {
		t.Errorf("selector: %s", diff)
	}
	theirs := []string{"flow", "key-value", "namespace-file", "crd-validating", "view"}
	for _, binding := range append(names(all[*rbacv1.ClusterRoleBinding](r)), names(all[*rbacv1.RoleBinding](r))...) {
		for _, name := range theirs {
			if binding == "my-kestra-operator-"+name {
				t.Errorf("binding %s has the name of one of the Enterprise chart's", binding)
			}
		}
	}
}

// The Java pods of such a release live on until the upgrade is done, and must not be asked about admission.
func TestServicesDoNotSelectTheEnterpriseOperatorsPods(t *testing.T) {
	for _, service := range all[*corev1.Service](render(t, "fullnameOverride: my-kestra-operator")) {
		if service.Spec.Selector["app.kubernetes.io/component"] == "" {
			t.Errorf("Service %s selects by %q", service.Name, service.Spec.Selector)
		}
	}
}

func TestCredentials(t *testing.T) {
	own := func(key string) *corev1.SecretKeySelector { return secretKey("r-kestra-operator-credentials", key) }
	for name, test := range map[string]struct {
		values        string
		apiKey, basic *corev1.SecretKeySelector
		secret        map[string]string
	}{
		"none by default":                  {},
		"placeholders count as none":       {values: "configuration: {kestra: {apiKey: {value: '[your-api-key]'}, basicAuth: {enabled: true, value: '[your-basic-auth]'}}}"},
		"API key in clear text":            {values: "configuration: {kestra: {apiKey: {value: k}}}", apiKey: own("api-key"), secret: map[string]string{"api-key": "k"}},
		"API key from a Secret":            {values: "configuration: {kestra: {apiKey: {value: k, fromSecret: {name: s, key: x}}}}", apiKey: secretKey("s", "x")},
		"API key switched off":             {values: "configuration: {kestra: {apiKey: {enabled: false, value: k}}}"},
		"basic auth in clear text":         {values: "configuration: {kestra: {basicAuth: {enabled: true, value: 'u:p'}}}", basic: own("basic-auth"), secret: map[string]string{"basic-auth": "u:p"}},
		"basic auth from a Secret":         {values: "configuration: {kestra: {basicAuth: {enabled: true, fromSecret: {name: s, key: x}}}}", basic: secretKey("s", "x")},
		"basic auth not enabled":           {values: "configuration: {kestra: {basicAuth: {value: 'u:p'}}}"},
		"API key before basic auth":        {values: "configuration: {kestra: {apiKey: {value: k}, basicAuth: {enabled: true, value: 'u:p'}}}", apiKey: own("api-key"), secret: map[string]string{"api-key": "k"}},
		"documented API key":               {values: "operator: {enabled: true, apiKey: k}", apiKey: own("api-key"), secret: map[string]string{"api-key": "k"}},
		"documented basic auth":            {values: "operator: {enabled: true, basicAuth: 'u:p'}", basic: own("basic-auth"), secret: map[string]string{"basic-auth": "u:p"}},
		"the chart's spelling comes first": {values: "{operator: {apiKey: documented}, configuration: {kestra: {apiKey: {fromSecret: {name: s, key: x}}}}}", apiKey: secretKey("s", "x")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, test.values)
			c := container(t, r)
			if diff := cmp.Diff(test.apiKey, reference(c, "KESTRA_API_API_KEY")); diff != "" {
				t.Errorf("API key: %s", diff)
			}
			if diff := cmp.Diff(test.basic, reference(c, "KESTRA_API_BASIC_AUTH")); diff != "" {
				t.Errorf("basic auth: %s", diff)
			}
			var secret map[string]string
			for _, s := range all[*corev1.Secret](r) {
				secret = s.StringData
			}
			if diff := cmp.Diff(test.secret, secret); diff != "" {
				t.Errorf("Secret: %s", diff)
			}
		})
	}
}

func TestAChangedCredentialRestartsThePods(t *testing.T) {
	checksum := func(key string) string {
		r := render(t, "operator: {apiKey: "+key+"}")
		return only[*appsv1.Deployment](t, r).Spec.Template.Annotations["checksum/credentials"]
	}
	if one, other := checksum("one"), checksum("other"); one == "" || one == other {
		t.Errorf("checksums are %q and %q", one, other)
	}
}

func TestASecretWithoutAKeyIsRefused(t *testing.T) {
	got := refusal(t, "configuration: {kestra: {apiKey: {fromSecret: {name: s}}}}")
	if !strings.Contains(got, `Secret "s" holds a credential for Kestra: set the key`) {
		t.Error(got)
	}
}

func TestEverySpellingOfWatchedNamespaces(t *testing.T) {
	for name, test := range map[string]struct{ values, want string }{
		"nothing":                       {"", ""},
		"the chart's":                   {"watchNamespaces: [a, b]", "a,b"},
		"documented text":               {"quarkus: {operator-sdk: {namespaces: 'a, b'}}", "a,b"},
		"documented list":               {"quarkus: {operator-sdk: {namespaces: [a, b]}}", "a,b"},
		"documented as one word":        {"quarkus.operator-sdk.namespaces: a", "a"},
		"documented environment":        {"kestraOperator: {env: [{name: QUARKUS_OPERATOR_SDK_NAMESPACES, value: a}]}", "a"},
		"documented environment, a map": {"kestraOperator: {env: {QUARKUS_OPERATOR_SDK_NAMESPACES: a}}", "a"},
		"environment":                   {"extraEnv: [{name: QUARKUS_OPERATOR_SDK_NAMESPACES, value: 'a,b'}]", "a,b"},
		"its own namespace":             {"quarkus: {operator-sdk: {namespaces: JOSDK_WATCH_CURRENT}}", "kestra"},
		"all, in their word":            {"quarkus: {operator-sdk: {namespaces: JOSDK_ALL_NAMESPACES}}", ""},
		"the chart's comes first":       {"{watchNamespaces: [a], quarkus: {operator-sdk: {namespaces: b}}}", "a"},
		"twice the same":                {"watchNamespaces: [a, a]", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := render(t, test.values)
			var got string
			for _, argument := range container(t, r).Args {
				if list, found := strings.CutPrefix(argument, "--watch-namespaces="); found {
					got = list
				}
			}
			if got != test.want {
				t.Errorf("watches %q, want %q", got, test.want)
			}
			if clusterWide := may(r)["*: watch model.kestra.io/kestraflows"]; clusterWide == (test.want != "") {
				t.Errorf("watches %q with cluster-wide rights: %t", got, clusterWide)
			}
		})
	}
}

func TestNothingIsInstalledWhereTheOperatorIsSwitchedOff(t *testing.T) {
	if r := render(t, "operator: {enabled: false}"); len(r.objects) != 0 {
		t.Errorf("%d objects are rendered", len(r.objects))
	}
	if got := notes(t, "operator: {enabled: false}"); !strings.Contains(got, "Nothing was installed") {
		t.Error(got)
	}
}

func secretKey(name, key string) *corev1.SecretKeySelector {
	return &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: name}, Key: key}
}

func reference(c corev1.Container, name string) *corev1.SecretKeySelector {
	if from := variable(c, name).ValueFrom; from != nil {
		return from.SecretKeyRef
	}
	return nil
}
