package gitops

import (
	"slices"
	"strings"
	"testing"
)

// team is what Git holds: a flow with the label in its source, one without, a key-value and a file. NAMESPACE is that
// of Kubernetes and of Kestra.
const team = `
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: labelled}
spec:
  namespace: NAMESPACE
  id: labelled
  source: |
    # Says that it is kept elsewhere.
    id: labelled
    namespace: NAMESPACE
    labels:
      system.readOnly: "true"
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: Hello!
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraKeyValue
metadata: {name: value}
spec: {namespace: NAMESPACE, key: value, type: NUMBER, value: "1"}
---
apiVersion: model.kestra.io/v1alpha1
kind: KestraNamespaceFile
metadata: {name: file}
spec: {namespace: NAMESPACE, filename: a/b.txt, content: "text\n"}
`

const unlabelled = `---
apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata: {name: unlabelled}
spec:
  namespace: NAMESPACE
  id: unlabelled
  source: |
    # Says nothing of who keeps it.
    id: unlabelled
    namespace: NAMESPACE
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: Hello!
`

const flowWithout = "KestraFlow/unlabelled"

// applier is a GitOps tool with the options that matter.
type applier struct {
	apply, compare string
	asked          request
	inSync         string // its word for it
}

var appliers = map[string]applier{
	"Argo CD, tracking by annotation":                    {"argocd sync", "argocd diff", request{Tracking: "annotation"}, "Synced"},
	"Argo CD, tracking by annotation, server-side apply": {"argocd sync", "argocd diff", request{Tracking: "annotation", ServerSide: true}, "Synced"},
	"Argo CD, tracking by annotation and label":          {"argocd sync", "argocd diff", request{Tracking: "annotation+label"}, "Synced"},
	"Argo CD, tracking by label":                         {"argocd sync", "argocd diff", request{Tracking: "label"}, "Synced"},
	"Flux":                                               {"flux apply", "flux diff", request{}, "unchanged"},
}

// edited says in which modes admission edits a source without the label, as the guide's table says, and so where Argo CD
// differs from Git for ever: the guide tells such users which mode to set.
func edited(mode, name string) bool {
	switch {
	case !strings.HasPrefix(name, "Argo CD"):
		return false
	case mode == "mutate":
		return true
	default:
		return mode == "auto" && name == "Argo CD, tracking by label"
	}
}

func TestEveryToolIsInSyncInEveryLabelMode(t *testing.T) {
	for _, mode := range []string{"auto", "mutate", "render", "deny", "off"} {
		t.Run(mode, func(t *testing.T) {
			startOperator(t, "--read-only-label="+mode)
			for name, tool := range appliers {
				t.Run(name, func(t *testing.T) { tool.staysInSync(t, mode, edited(mode, name)) })
			}
		})
	}
}

func (a applier) staysInSync(t *testing.T, mode string, differs bool) {
	asked := a.asked
	asked.Namespace, asked.Seconds, asked.Customizations = newNamespace(t), 30, customizations(t)
	manifests := team
	if mode == "deny" {
		a.refuses(t, asked)
	} else {
		manifests += unlabelled
	}
	git := func() []map[string]any {
		return objects(t, strings.ReplaceAll(manifests, "NAMESPACE", asked.Namespace))
	}
	asked.Objects = git()
	ask(t, a.apply, asked)
	before := map[string]string{}
	for _, object := range git() {
		before[nameOf(object)] = awaitReason(t, asked.Namespace, nameOf(object), "Succeeded").GetResourceVersion()
	}
	asked.Objects = git()
	a.compares(t, asked, differs)
	asked.Objects = git()
	ask(t, a.apply, asked)
	for name, version := range before {
		if now := awaitReason(t, asked.Namespace, name, "Succeeded").GetResourceVersion(); now != version && !differs {
			t.Errorf("applying %s again wrote it", name)
		}
	}
}

// compares asks for differences; only the flow without the label may have one, only where its source was edited, and
// not where Argo CD asks the server, whose admission edits both sides.
func (a applier) compares(t *testing.T, asked request, differs bool) {
	t.Helper()
	said := false
	for _, answer := range ask(t, a.compare, asked) {
		if answer.Result == a.inSync {
			continue
		}
		said = true
		if !differs || answer.Object != flowWithout || strings.HasPrefix(answer.Message, "server-side") {
			t.Errorf("%s is %s: %s", answer.Object, answer.Result, answer.Message)
		}
	}
	if differs && !said {
		t.Error("an edited source is in sync: the guide says otherwise")
	}
}

// refuses applies the flow without the label, which must not get in.
func (a applier) refuses(t *testing.T, asked request) {
	t.Helper()
	asked.Objects = objects(t, strings.ReplaceAll(unlabelled, "NAMESPACE", asked.Namespace))
	answers, err := tryAsking(t, a.apply, asked)
	refused := err != nil && strings.Contains(err.Error(), "system.readOnly") ||
		slices.ContainsFunc(answers, func(r answer) bool { return r.Result == "SyncFailed" && strings.Contains(r.Message, "system.readOnly") })
	if !refused {
		t.Errorf("a flow without the label is not refused: %+v, %v", answers, err)
	}
}
