package faults_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	tenant = "main"
	team   = "company.team"

	// What a spec or Kestra can hold, by name.
	one    = "one"
	two    = "two"
	three  = "three"
	theirs = "theirs" // only Kestra, written by somebody else

	// canary begins every value and file, none of which may show up anywhere but in Kestra.
	canary = "canary-"
	// nothing is what Kestra holds at a target that is not there.
	nothing = ""
)

// kind is what the runs need to know of one kind: it has one target in Kestra, whose content has a name.
type kind struct {
	name string
	// newObject returns an object that wants a content.
	newObject func(name, content string) client.Object
	newList   func() client.ObjectList
	// edit makes an object want another content.
	edit func(obj client.Object, content string)
	// wants is the content that an object wants.
	wants func(obj client.Object) string
	// put writes to Kestra as somebody else would.
	put func(*devkestra.Server, string)
	// holds is the content that Kestra holds at the target.
	holds func(*devkestra.Server) string
	// revision of the target in Kestra; 0 when it is not there and the kind does not remember.
	revision func(*devkestra.Server) int
	// server is the Kestra that the kind is tried on; the zero value is a 1.3 of the open-source edition.
	server devkestra.Options
	// process has the program itself run, instead of a manager in this process.
	process bool
	// beside are the objects that those of the kind refer to.
	beside func() []client.Object
	// costs are the revisions that a fault may cost: what cannot be read back, such as the time to live, is written
	// again unless status says that it was written.
	costs int
}

var kinds = []kind{flowKind, keyValueKind, secretKind, fileKind}

// dialects are the kinds on servers that speak otherwise.
var dialects = append(on("2.0", devkestra.Options{Version: "2.0.0"}), on("2.0 Enterprise", devkestra.Options{
	Version: "2.0.0", Edition: devkestra.Enterprise, Tokens: []devkestra.Token{{Value: "token", ServiceAccount: true}},
})...)

// processes are the kinds as the program itself keeps them.
func processes() (variants []kind) {
	for _, k := range []kind{flowKind, keyValueKind, fileKind} {
		k.name, k.process = k.name+" by a process", true
		variants = append(variants, k)
	}
	return variants
}

func on(name string, server devkestra.Options) (variants []kind) {
	for _, k := range []kind{flowKind, keyValueKind, fileKind} {
		k.name, k.server = k.name+" on "+name, server
		variants = append(variants, k)
	}
	return variants
}

var contents = []string{one, two, three, theirs}

// flowText is a flow with the label that the operator sets, or as somebody else would write it.
func flowText(content string, readOnly bool) string {
	text := "id: hello\nnamespace: " + team + "\n"
	if readOnly {
		text += "labels:\n  system.readOnly: \"true\"\n"
	}
	return text + "tasks:\n  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: " + content + "\n"
}

var flowKind = kind{
	name: "flow",
	newObject: func(name, content string) client.Object {
		return &v1alpha1.KestraFlow{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       v1alpha1.KestraFlowSpec{Namespace: team, ID: "hello", Source: flowText(content, false)},
		}
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraFlowList{} },
	edit: func(obj client.Object, content string) {
		obj.(*v1alpha1.KestraFlow).Spec.Source = flowText(content, false)
	},
	wants: func(obj client.Object) string {
		return nameOf(obj.(*v1alpha1.KestraFlow).Spec.Source, func(c string) string { return flowText(c, false) })
	},
	put: func(server *devkestra.Server, content string) {
		server.PutFlow(tenant, team, "hello", flowText(content, false))
	},
	holds: func(server *devkestra.Server) string {
		flow, found := server.Flow(tenant, team, "hello")
		if !found {
			return nothing
		}
		return nameOf(flow.Source, func(c string) string { return flowText(c, c != theirs) })
	},
	revision: func(server *devkestra.Server) int { return len(server.FlowRevisions(tenant, team, "hello")) },
}

var keyValueKind = kind{
	name:  "key-value",
	costs: 1,
	newObject: func(name, content string) client.Object {
		return &v1alpha1.KestraKeyValue{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       v1alpha1.KestraKeyValueSpec{Namespace: team, Key: "hello", Value: ptr.To(canary + content)},
		}
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraKeyValueList{} },
	edit: func(obj client.Object, content string) {
		obj.(*v1alpha1.KestraKeyValue).Spec.Value = ptr.To(canary + content)
	},
	wants: func(obj client.Object) string { return nameOf(*obj.(*v1alpha1.KestraKeyValue).Spec.Value, withCanary) },
	put: func(server *devkestra.Server, content string) {
		server.PutKeyValue(tenant, team, "hello", `"`+canary+content+`"`, 0)
	},
	holds: func(server *devkestra.Server) string {
		entry, found := server.KeyValue(tenant, team, "hello")
		if !found {
			return nothing
		}
		return nameOf(fmt.Sprint(entry.Value), withCanary)
	},
	revision: func(server *devkestra.Server) int {
		entry, _ := server.KeyValue(tenant, team, "hello")
		return entry.Revision
	},
}

// secretKind are key-values that take their value from a Secret, which has one for each content.
var secretKind = func() kind {
	k := keyValueKind
	k.name = "key-value from a Secret"
	k.newObject = func(name, content string) client.Object {
		obj := keyValueKind.newObject(name, content).(*v1alpha1.KestraKeyValue)
		k.edit(obj, content)
		return obj
	}
	k.edit = func(obj client.Object, content string) {
		spec := &obj.(*v1alpha1.KestraKeyValue).Spec
		spec.Value, spec.ValueFrom = nil, &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "contents", Key: content}}
	}
	k.wants = func(obj client.Object) string { return obj.(*v1alpha1.KestraKeyValue).Spec.ValueFrom.SecretKeyRef.Key }
	k.beside = func() []client.Object {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "contents"}, Data: map[string][]byte{}}
		for _, content := range contents {
			secret.Data[content] = []byte(canary + content)
		}
		return []client.Object{secret}
	}
	return k
}()

var fileKind = kind{
	name: "file",
	newObject: func(name, content string) client.Object {
		return &v1alpha1.KestraNamespaceFile{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: v1alpha1.KestraNamespaceFileSpec{
				Namespace: team, Filename: "dir/hello.txt", Content: ptr.To(canary + content),
			},
		}
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraNamespaceFileList{} },
	edit: func(obj client.Object, content string) {
		obj.(*v1alpha1.KestraNamespaceFile).Spec.Content = ptr.To(canary + content)
	},
	wants: func(obj client.Object) string {
		return nameOf(*obj.(*v1alpha1.KestraNamespaceFile).Spec.Content, withCanary)
	},
	put: func(server *devkestra.Server, content string) {
		server.PutFile(tenant, team, "/dir/hello.txt", []byte(canary+content))
	},
	holds: func(server *devkestra.Server) string {
		bytes, found := server.File(tenant, team, "/dir/hello.txt")
		if !found {
			return nothing
		}
		return nameOf(string(bytes), withCanary)
	},
	revision: func(server *devkestra.Server) int { return server.FileRevision(tenant, team, "/dir/hello.txt") },
}

func withCanary(content string) string { return canary + content }

// nameOf returns which content a text is; the text itself when it is none.
func nameOf(text string, render func(string) string) string {
	for _, content := range contents {
		if text == render(content) {
			return content
		}
	}
	return fmt.Sprintf("something else: %.80q", text)
}
