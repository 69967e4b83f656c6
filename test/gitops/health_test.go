package gitops

import (
	"net/http"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// situation is what an object can be in: what leads to it, the reason that the object then has, and what the tools
// make of it.
type situation struct {
	manifest string
	arrange  func(t *testing.T, s scene)
	reason   string
	argo     string
	flux     string
}

// aFlow named hello, with further lines of its spec. NAMESPACE is replaced by a namespace of the case's own.
func aFlow(policy string) string {
	return `
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: hello}
spec:
  ` + policy + `
  namespace: NAMESPACE
  id: hello
  source: |
    id: hello
    namespace: NAMESPACE
    labels:
      system.readOnly: "true"
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: Hello!
`
}

// aKeyValue named token, with the rest of its spec.
func aKeyValue(rest string) string {
	return `
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: token}
spec: {namespace: NAMESPACE, key: token, ` + rest + `}
`
}

// aFile named report.txt, with further lines of its spec.
func aFile(policy string) string {
	return `
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: report}
spec: {namespace: NAMESPACE, filename: report.txt, content: text, ` + policy + `}
`
}

var situations = map[string]situation{
	"Kestra holds it": {manifest: aFlow("suspend: false"), reason: "Succeeded", argo: "Healthy", flux: "Current"},
	"suspended":       {manifest: aFlow("suspend: true"), reason: "Suspended", argo: "Suspended", flux: "InProgress"},
	"not adopted": {
		manifest: aFlow("adoptionPolicy: Never"), reason: "TargetNotAdopted", argo: "Degraded", flux: "Failed",
		arrange: func(t *testing.T, s scene) { s.put(t, http.MethodPost, "of someone else") },
	},
	"changed in Kestra and reported": {
		manifest: aFlow("driftPolicy: Report"), reason: "Drifted", argo: "Degraded", flux: "Failed",
		arrange: func(t *testing.T, s scene) {
			s.apply(t)
			awaitReason(t, s.namespace, "KestraFlow/hello", "Succeeded")
			s.put(t, http.MethodPut, "edited")
		},
	},
	"changed in Kestra again and again": {
		manifest: aFlow("suspend: false"), reason: "ContendedTarget", argo: "Degraded", flux: "Failed",
		arrange: func(t *testing.T, s scene) {
			s.apply(t)
			s.contend(t)
		},
	},
	"Kestra away": {
		manifest: aFlow("suspend: false"), reason: "KestraUnavailable", argo: "Progressing", flux: "InProgress",
		arrange: func(_ *testing.T, s scene) { s.server.SetDown(true) },
	},
	"credentials refused": {
		manifest: aFlow("suspend: false"), reason: "KestraUnauthorized", argo: "Progressing", flux: "InProgress",
		arrange: func(_ *testing.T, s scene) {
			s.server.Fail(kestra.Every, kestra.Fault{Status: http.StatusUnauthorized}, kestra.Always)
		},
	},
	"refused by Kestra": {
		manifest: aFlow("suspend: false"), reason: "RejectedByKestra", argo: "Degraded", flux: "Failed",
		arrange: func(_ *testing.T, s scene) {
			fault := kestra.Fault{Status: http.StatusUnprocessableEntity, Body: `{"message":"Invalid entity"}`}
			s.server.Fail(kestra.Call(http.MethodPost, "/flows"), fault, kestra.Always)
		},
	},
	"the Secret is not there": {
		manifest: aKeyValue("valueFrom: {secretKeyRef: {name: absent, key: password}}"),
		reason:   "SourceNotFound", argo: "Progressing", flux: "InProgress",
	},
	"a file that Kestra holds": {manifest: aFile("suspend: false"), reason: "Succeeded", argo: "Healthy", flux: "Current"},
	"a key-value while Kestra is away": {
		manifest: aKeyValue("value: text"), reason: "KestraUnavailable", argo: "Progressing", flux: "InProgress",
		arrange: func(_ *testing.T, s scene) { s.server.SetDown(true) },
	},
	"expired": {manifest: aKeyValue("value: one-day-only, ttl: PT1S"), reason: "Expired", argo: "Healthy", flux: "Current"},
	"deleted while Kestra is away": {
		manifest: aFlow("suspend: false"), reason: "Deleting", argo: "Progressing", flux: "Terminating",
		arrange: func(t *testing.T, s scene) {
			s.apply(t)
			awaitReason(t, s.namespace, "KestraFlow/hello", "Succeeded")
			s.server.SetDown(true)
			kubectl(t, "", "delete", "--wait=false", "--namespace", s.namespace, "kestraflow/hello")
		},
	},
}

func TestHealthFollowsTheConditions(t *testing.T) {
	for name, tc := range situations {
		t.Run(name, func(t *testing.T) {
			// One for each, since what Kestra does to one is remembered for a while.
			s := scene{server: startOperator(t, "--value-from"), namespace: newNamespace(t), manifest: tc.manifest}
			if tc.arrange != nil {
				tc.arrange(t, s)
			}
			if tc.reason != "Deleting" {
				s.apply(t)
			}
			awaitReason(t, s.namespace, nameOf(s.objects(t)[0]), tc.reason)
			s.looks(t, tc.argo, tc.flux)
			s.server.SetDown(false)
		})
	}
}
