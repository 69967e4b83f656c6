package chart

import (
	"strings"
	"testing"
)

// choice is one decision that a user takes, with the values for each answer.
type choice map[string]string

// decisions are crossed with each other, since templates look at several of them at once.
var decisions = []choice{
	{
		"cert-manager": "certificates: {mode: cert-manager}",
		"self-managed": "certificates: {mode: self-managed}",
		"secret":       "certificates: {mode: secret, secret: {name: mine, caBundle: PEM}}",
	},
	{
		"crds by operator": "crds: {mode: operator}",
		"crds by chart":    "crds: {mode: chart}",
		"crds by nobody":   "crds: {mode: none}",
	},
	{
		"every namespace": "watchNamespaces: []",
		"a list":          "watchNamespaces: [team-a, team-b]",
		"its own":         `quarkus: {operator-sdk: {namespaces: JOSDK_WATCH_CURRENT}}`,
	},
	{
		"two replicas": "replicaCount: 2",
		"one replica":  "replicaCount: 1\nleaderElection: {enabled: false}",
	},
	{
		"references": "valueFrom: {enabled: true}",
		"none":       "valueFrom: {enabled: false}",
	},
}

// variations change one thing each of an otherwise ordinary installation.
var variations = map[string]string{
	"no values at all":                      "{}",
	"API key in clear text":                 "configuration: {kestra: {apiKey: {value: " + canary + "}}}",
	"API key from a Secret":                 "configuration: {kestra: {apiKey: {fromSecret: {name: s, key: k}}}}",
	"basic auth in clear text":              "configuration: {kestra: {basicAuth: {enabled: true, value: 'a:" + canary + "'}}}",
	"basic auth from a Secret":              "configuration: {kestra: {basicAuth: {enabled: true, fromSecret: {name: s, key: k}}}}",
	"documented API key":                    "operator: {enabled: true, apiKey: " + canary + "}",
	"documented basic auth":                 "operator: {enabled: true, basicAuth: 'a:" + canary + "'}",
	"documented environment":                "kestraOperator: {env: {A: b}}",
	"documented namespaces":                 "quarkus: {operator-sdk: {namespaces: 'a, b'}}",
	"documented namespaces as one word":     "quarkus.operator-sdk.namespaces: a",
	"environment":                           "{extraEnv: [{name: A, value: b}], extraEnvFrom: [{secretRef: {name: s}}]}",
	"an issuer of one's own":                "certificates: {certManager: {issuerRef: {name: i, kind: ClusterIssuer, group: cert-manager.io}}}",
	"other ports":                           "{webhook: {port: 10250}, health: {port: 8081}, metrics: {port: 8443}}",
	"metrics for everybody":                 "metrics: {secure: false, serviceMonitor: {enabled: true}}",
	"metrics that are trusted otherwise":    "metrics: {serviceMonitor: {enabled: true, tlsConfig: {insecureSkipVerify: true}}}",
	"a class":                               "operatorClass: blue",
	"a class, labels and a policy":          "{operatorClass: blue, watchSelector: {matchLabels: {team: data}, matchExpressions: [{key: stage, operator: In, values: [a, b]}]}, targetPolicy: {rules: [{kubernetesNamespaces: [team-*], tenants: [main], namespaces: [company.team]}]}}",
	"no metrics":                            "metrics: {enabled: false}",
	"a ServiceMonitor":                      "metrics: {serviceMonitor: {enabled: true, labels: {a: b}, interval: 30s, scrapeTimeout: 5s, relabelings: [{action: keep}], metricRelabelings: [{action: drop}]}}",
	"restricted egress":                     "networkPolicy: {metricsFrom: [{podSelector: {}}], egress: {restrict: true, kestraPorts: [8080], extra: [{ports: [{port: 3128}]}]}}",
	"no NetworkPolicy":                      "networkPolicy: {enabled: false}",
	"no roles":                              "{rbac: {create: false}, serviceAccount: {create: false, name: mine}}",
	"no aggregated roles":                   "rbac: {aggregate: false}",
	"selectors":                             "webhook: {namespaceSelector: {matchLabels: {a: b}}, objectSelector: {matchLabels: {c: d}}}",
	"selectors and a list":                  "{watchNamespaces: [a], webhook: {namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}}}",
	"placement":                             "{nodeSelector: {a: b}, tolerations: [{operator: Exists}], affinity: {nodeAffinity: {}}, topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}], priorityClassName: p}",
	"labels and annotations":                "{labels: {a: b, app.kubernetes.io/instance: other}, annotations: {a: b}, podLabels: {c: d, app: other}, podAnnotations: {c: d}, serviceAccount: {annotations: {a: b}}, webhook: {annotations: {a: b}, service: {annotations: {a: b}}}, metrics: {service: {annotations: {a: b}}}}",
	"security contexts":                     "{podSecurityContext: {runAsUser: 1000}, securityContext: {runAsNonRoot: true}}",
	"volumes":                               "{extraVolumes: [{name: ca, configMap: {name: ca}}], extraVolumeMounts: [{name: ca, mountPath: /ca}]}",
	"image by digest":                       "image: {digest: 'sha256:" + strings.Repeat("a", 64) + "'}",
	"image from elsewhere":                  "{image: {repository: my/operator, tag: v9, pullPolicy: Always}, imagePullSecrets: [{name: s}]}",
	"the Enterprise image":                  "image: {repository: registry.kestra.io/docker/kestra-operator, tag: v1.0.0}",
	"a name of one's own":                   "fullnameOverride: mine",
	"a chart name of one's own":             "nameOverride: mine",
	"the longest name":                      "fullnameOverride: " + strings.Repeat("n", 63),
	"no probes and no delay":                "{startupProbe: null, livenessProbe: null, readinessProbe: null, shutdown: {delaySeconds: 0}, resources: {limits: null, requests: null}}",
	"basic auth that is not enabled":        "configuration: {kestra: {basicAuth: {value: 'a:" + canary + "'}}}",
	"an API key and basic auth":             "configuration: {kestra: {apiKey: {value: " + canary + "}, basicAuth: {enabled: true, value: 'a:b'}}}",
	"a Secret whose authority is elsewhere": "certificates: {mode: secret, secret: {name: mine}}",
	"the operator's own variables":          "extraEnv: [{name: KESTRA_API_URL, value: 'http://k'}]",
	"every namespace in Java's words":       "quarkus: {operator-sdk: {namespaces: 'JOSDK_ALL_NAMESPACES,,a'}}",
	"labels that are there or not":          "watchSelector: {matchExpressions: [{key: a, operator: Exists}, {key: b, operator: DoesNotExist}, {key: c, operator: NotIn, values: [d]}]}",
	"a URL without a port":                  "{configuration: {kestra: {url: 'https://kestra.example'}}, networkPolicy: {egress: {restrict: true}}}",
	"Kestra's authority from a Secret":      "configuration: {kestra: {tls: {ca: {fromSecret: {name: s}}, clientCertificate: {secretName: c}}}}",
	"Kestra's authority from elsewhere":     "configuration: {kestra: {tls: {ca: {fromConfigMap: {name: m}}, insecureSkipVerify: true}}}",
	"a bare off":                            "{readOnlyLabel: {mode: off}, serverCheck: {mode: off}}",
	"a name within the release's":           "nameOverride: r",
	"traces":                                "tracing: {endpoint: 'http://collector:4318'}",
	"traces with a login":                   "tracing: {endpoint: 'http://collector:4318', headers: {fromSecret: {name: s}}}",
	"a dashboard":                           "metrics: {dashboard: {enabled: true, annotations: {a: b}}}",
	"part of another chart":                 "global: {imageRegistry: r, anything: [1]}",
	"flags":                                 "{readOnlyLabel: {mode: render}, serverCheck: {mode: 'off'}, sync: {interval: 30s, concurrency: 8}, log: {level: debug, format: text}, configuration: {kestra: {version: '1.3', defaultTenant: t, uiUrl: 'http://k'}}, extraArgs: [--webhook-dns-names=a.b]}",
}

func TestEveryRenderingIsValid(t *testing.T) {
	matrix := cross(decisions)
	for name, values := range variations {
		matrix[name] = values
	}
	if len(matrix) < 60 {
		t.Fatalf("the matrix has %d combinations, want at least 60", len(matrix))
	}
	t.Logf("%d combinations of values", len(matrix))
	for name, values := range matrix {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkInvariants(t, render(t, values))
		})
	}
}

// cross returns every combination of one answer to each decision.
func cross(decisions []choice) map[string]string {
	combinations := map[string]string{"": ""}
	for _, decision := range decisions {
		longer := map[string]string{}
		for name, values := range combinations {
			for answer, more := range decision {
				longer[strings.Trim(name+", "+answer, ", ")] = values + more + "\n"
			}
		}
		combinations = longer
	}
	return combinations
}
