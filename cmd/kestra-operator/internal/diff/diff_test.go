package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/diff"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is one API server for every test of this package: Secrets are read from it.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane}.Main(m) }

const (
	team   = "company.team"
	held   = "id: hello\nnamespace: company.team\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n"
	canary = "correct horse"
)

// newComparer returns a comparer with a Kestra that holds one of each kind, and Secrets in namespace "default".
func newComparer(t *testing.T) (diff.Comparer, *devkestra.Server) {
	t.Helper()
	server := devkestra.Start(t, devkestra.Options{})
	server.PutFlow("main", team, "hello", held)
	server.PutKeyValue("main", team, "password", `"`+canary+`"`, 0)
	server.PutFile("main", team, "/main.py", []byte("print(1)\nprint(2)\n"))
	server.PutFile("main", team, "/folder/inner", []byte("x"))
	server.ResetRequests()
	credentials := server.Credentials()
	to, err := kestra.New(kestra.Config{URL: server.URL(), Username: credentials.Username, Password: credentials.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(to.Close)
	c, err := client.New(plane.Config(), client.Options{Scheme: suite.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return diff.Comparer{Kestra: to, Cluster: c, Tenant: "main"}, server
}

func makeSecret(t *testing.T, c client.Reader, name string, value []byte) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Data: map[string][]byte{"content": value}}
	if err := c.(client.Client).Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.(client.Client).Delete(t.Context(), secret) })
}

func from(secret string) *v1alpha1.ValueSource {
	return &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: secret, Key: "content"}}
}

func flow(source string) client.Object {
	return &v1alpha1.KestraFlow{Spec: v1alpha1.KestraFlowSpec{Namespace: team, ID: "hello", Source: source}}
}

func entry(key string, change func(*v1alpha1.KestraKeyValueSpec)) client.Object {
	obj := &v1alpha1.KestraKeyValue{Spec: v1alpha1.KestraKeyValueSpec{Namespace: team, Key: key}}
	change(&obj.Spec)
	return obj
}

func file(name string, change func(*v1alpha1.KestraNamespaceFileSpec)) client.Object {
	obj := &v1alpha1.KestraNamespaceFile{Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: team, Filename: name}}
	change(&obj.Spec)
	return obj
}

func TestDifferences(t *testing.T) {
	comparer, server := newComparer(t)
	makeSecret(t, comparer.Cluster, "same", []byte(canary))
	makeSecret(t, comparer.Cluster, "other", []byte("hunter2"))
	cases := map[string]struct {
		object client.Object
		show   bool
		keep   bool
		want   string
	}{
		"an equal flow": {flow(held), false, false, ""},
		"a flow without the label, which the operator sets": {flow("id: hello\nnamespace: company.team\ntasks: []\n"), false, false, ""},
		"a flow without the label, as it is": {flow("id: hello\nnamespace: company.team\ntasks: []\n"), false, true,
			"--- kestra:company.team/hello\n+++ KestraFlow default/it\n@@ -1,5 +1,3 @@\n id: hello\n namespace: company.team\n-labels:\n-  system.readOnly: \"true\"\n tasks: []\n"},
		"a flow that Kestra does not have": {&v1alpha1.KestraFlow{Spec: v1alpha1.KestraFlowSpec{Namespace: team, ID: "new", Source: "id: new\n"}}, false, true,
			"--- /dev/null\n+++ KestraFlow default/it\n@@ -0,0 +1 @@\n+id: new\n"},
		"an equal value from a Secret":                       {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.ValueFrom = from("same") }), true, false, ""},
		"another value from a Secret":                        {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.ValueFrom = from("other") }), true, false, "--- kestra:company.team/password\n+++ KestraKeyValue default/it\nthe value differs (not shown)\n"},
		"a value that nobody asked to see":                   {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.Value = ptr.To("hunter2") }), false, false, "--- kestra:company.team/password\n+++ KestraKeyValue default/it\nthe value differs (not shown)\n"},
		"a value that somebody asked to see":                 {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.Value = ptr.To("new") }), true, false, "--- kestra:company.team/password\n+++ KestraKeyValue default/it\n@@ -1,2 +1,2 @@\n STRING\n-correct horse\n+new\n"},
		"a value of another type":                            {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.Value, s.Type = ptr.To("1"), "NUMBER" }), true, false, "--- kestra:company.team/password\n+++ KestraKeyValue default/it\n@@ -1,2 +1,2 @@\n-STRING\n-correct horse\n+NUMBER\n+1\n"},
		"a new value from a Secret":                          {entry("absent", func(s *v1alpha1.KestraKeyValueSpec) { s.ValueFrom = from("other") }), true, false, "--- /dev/null\n+++ KestraKeyValue default/it\nKestra holds no such entry (not shown)\n"},
		"an equal file":                                      {file("main.py", func(s *v1alpha1.KestraNamespaceFileSpec) { s.Content = ptr.To("print(1)\nprint(2)\n") }), false, false, ""},
		"another line in a file":                             {file("main.py", func(s *v1alpha1.KestraNamespaceFileSpec) { s.Content = ptr.To("print(1)\nprint(3)\n") }), false, false, "--- kestra:company.team/main.py\n+++ KestraNamespaceFile default/it\n@@ -1,2 +1,2 @@\n print(1)\n-print(2)\n+print(3)\n"},
		"bytes in place of text":                             {file("main.py", func(s *v1alpha1.KestraNamespaceFileSpec) { s.BinaryContent = []byte{0, 1} }), false, false, "--- kestra:company.team/main.py\n+++ KestraNamespaceFile default/it\nKestra holds 18 bytes, the object has 2 (not shown)\n"},
		"a file from a Secret":                               {file("main.py", func(s *v1alpha1.KestraNamespaceFileSpec) { s.ContentFrom = from("other") }), false, false, "--- kestra:company.team/main.py\n+++ KestraNamespaceFile default/it\nthe content differs (not shown)\n"},
		"a directory in the way":                             {file("folder", func(s *v1alpha1.KestraNamespaceFileSpec) { s.Content = ptr.To("x") }), false, false, "--- kestra:company.team/folder\n+++ KestraNamespaceFile default/it\nKestra holds a directory of that name (not shown)\n"},
		"control characters, which a terminal must not obey": {file("new", func(s *v1alpha1.KestraNamespaceFileSpec) { s.Content = ptr.To("\x1b[2J\tx\n") }), false, false, "--- /dev/null\n+++ KestraNamespaceFile default/it\n@@ -0,0 +1 @@\n+\\x1b[2J\tx\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			comparer := comparer
			comparer.ShowValues, comparer.KeepSource = tc.show, tc.keep
			tc.object.SetNamespace("default")
			tc.object.SetName("it")
			object, _ := plugin.Wrap(tc.object)
			difference, err := comparer.Compare(t.Context(), object)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := diff.Write(&out, difference, terminal.Style{}); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, out.String()); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
	if n := server.WriteCount(); n != 0 {
		t.Errorf("%d writes to Kestra", n)
	}
}

func TestWhatCannotBeComparedSaysWhy(t *testing.T) {
	comparer, server := newComparer(t)
	cases := map[string]struct {
		object client.Object
		change func(*diff.Comparer)
		want   string
	}{
		"a Secret that is not there": {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.ValueFrom = from("absent") }), func(*diff.Comparer) {}, `"absent" not found`},
		"a reference without a cluster": {entry("password", func(s *v1alpha1.KestraKeyValueSpec) { s.ValueFrom = from("any") }),
			func(c *diff.Comparer) { c.Cluster = nil }, "there is no cluster to read it from"},
		"an entry without a value": {entry("password", func(*v1alpha1.KestraKeyValueSpec) {}), func(*diff.Comparer) {}, "neither value nor valueFrom"},
		"a Kestra that is away":    {flow(held), func(*diff.Comparer) { server.SetDown(true) }, "compare KestraFlow default/it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			comparer := comparer
			tc.change(&comparer)
			defer server.SetDown(false)
			tc.object.SetNamespace("default")
			tc.object.SetName("it")
			object, _ := plugin.Wrap(tc.object)
			if _, err := comparer.Compare(t.Context(), object); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestLinesAreColouredByTheirKind(t *testing.T) {
	object, _ := plugin.Wrap(flow("x"))
	var out strings.Builder
	difference := diff.Difference{Object: object, Change: diff.Different, Before: "a\nb\n", After: "a\nc\n"}
	if err := diff.Write(&out, difference, terminal.Style{Color: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[31m-b\x1b[0m\n", "\x1b[32m+c\x1b[0m\n", "\n a\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in %q", want, out.String())
		}
	}
}
