package chaos

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const (
	tenant  = "main"
	team    = "company.team"
	objects = "default" // the Kubernetes namespace of all objects

	// canary is in every value and file: it may show up in objects and in Kestra, and nowhere else.
	canary = "canary-"
)

// kind is how to act on one kind, in the cluster and in Kestra.
type kind struct {
	name      string
	newObject func(name, target string) client.Object
	newList   func() client.ObjectList
	// edit makes an object want a content.
	edit func(obj client.Object, target, content string)
	// wants is the text that Kestra shall hold for an object.
	wants func(client.Object) string
	// target in Kestra that an object is for.
	target func(client.Object) string
	// put writes to Kestra as somebody there does.
	put    func(server *devkestra.Server, target, content string)
	remove func(server *devkestra.Server, target string)
	// holds is the text in Kestra; absent when there is none.
	holds func(server *devkestra.Server, target string) string
}

// absent is what Kestra holds where nothing is.
const absent = ""

var flowKind = kind{
	name: "flow",
	newObject: func(name, target string) client.Object {
		return &v1alpha1.KestraFlow{ObjectMeta: metaOf(name), Spec: v1alpha1.KestraFlowSpec{Namespace: team, ID: target}}
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraFlowList{} },
	edit: func(obj client.Object, target, content string) {
		obj.(*v1alpha1.KestraFlow).Spec.Source = sourceOf(target, content)
	},
	wants:  func(obj client.Object) string { return labelled(obj.(*v1alpha1.KestraFlow).Spec.Source) },
	target: func(obj client.Object) string { return obj.(*v1alpha1.KestraFlow).Spec.ID },
	put: func(server *devkestra.Server, target, content string) {
		server.PutFlow(tenant, team, target, sourceOf(target, content))
	},
	remove: func(server *devkestra.Server, target string) { server.DeleteFlow(tenant, team, target) },
	holds: func(server *devkestra.Server, target string) string {
		held, _ := server.Flow(tenant, team, target)
		return held.Source
	},
}

func sourceOf(id, content string) string {
	return "id: " + id + "\nnamespace: " + team + "\ntasks:\n  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: " + content + "\n"
}

// labelled is the text of a flow as it is sent.
func labelled(source string) string {
	text, _, err := flow.EnsureReadOnly([]byte(source))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var keyValueKind = kind{
	name: "key-value",
	newObject: func(name, target string) client.Object {
		obj := &v1alpha1.KestraKeyValue{ObjectMeta: metaOf(name), Spec: v1alpha1.KestraKeyValueSpec{Namespace: team, Key: target}}
		if mayExpire(target) {
			obj.Spec.TTL, obj.Spec.OnExpiry = "PT30M", v1alpha1.ExpiryRecreate
		}
		return obj
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraKeyValueList{} },
	edit: func(obj client.Object, _, content string) {
		obj.(*v1alpha1.KestraKeyValue).Spec.Value = ptr.To(canary + content)
	},
	wants:  func(obj client.Object) string { return *obj.(*v1alpha1.KestraKeyValue).Spec.Value },
	target: func(obj client.Object) string { return obj.(*v1alpha1.KestraKeyValue).Spec.Key },
	put: func(server *devkestra.Server, target, content string) {
		server.PutKeyValue(tenant, team, target, `"`+canary+content+`"`, 0)
	},
	remove: func(server *devkestra.Server, target string) { server.DeleteKeyValue(tenant, team, target) },
	holds: func(server *devkestra.Server, target string) string {
		held, found := server.KeyValue(tenant, team, target)
		if !found {
			return absent
		}
		return fmt.Sprint(held.Value)
	},
}

// mayExpire is true for every second target: its key-value lives for half an hour, and is written again.
func mayExpire(target string) bool { return (target[len(target)-1]-'0')%2 == 0 }

var fileKind = kind{
	name: "file",
	newObject: func(name, target string) client.Object {
		return &v1alpha1.KestraNamespaceFile{ObjectMeta: metaOf(name), Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: team, Filename: target}}
	},
	newList: func() client.ObjectList { return &v1alpha1.KestraNamespaceFileList{} },
	edit: func(obj client.Object, _, content string) {
		obj.(*v1alpha1.KestraNamespaceFile).Spec.Content = ptr.To(canary + content)
	},
	wants:  func(obj client.Object) string { return *obj.(*v1alpha1.KestraNamespaceFile).Spec.Content },
	target: func(obj client.Object) string { return obj.(*v1alpha1.KestraNamespaceFile).Spec.Filename },
	put: func(server *devkestra.Server, target, content string) {
		server.PutFile(tenant, team, "/"+target, []byte(canary+content))
	},
	remove: func(server *devkestra.Server, target string) { server.DeleteFile(tenant, team, "/"+target) },
	holds: func(server *devkestra.Server, target string) string {
		held, _ := server.File(tenant, team, "/"+target)
		return string(held)
	},
}

var kinds = []kind{flowKind, keyValueKind, fileKind}

func metaOf(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: objects, Name: name} }
