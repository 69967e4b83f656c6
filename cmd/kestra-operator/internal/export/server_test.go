package export_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/export"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// fromServer exports a development Kestra.
func fromServer(t *testing.T, dev *devkestra.Server, options export.Options) export.Result {
	t.Helper()
	result, err := export.FromServer(t.Context(), newServer(t, dev), options)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func targets(result export.Result) []string {
	var names []string
	for _, item := range result.Items {
		names = append(names, manifest.Describe(item.Target))
	}
	slices.Sort(names)
	return names
}

// spread puts one flow, key-value and file into each namespace.
func spread(dev *devkestra.Server, namespaces ...string) {
	for _, namespace := range namespaces {
		dev.PutFlow("main", namespace, "hello", strings.Replace(source("hello", label), team, namespace, 1))
		dev.PutKeyValue("main", namespace, "key", "true", 0)
		dev.PutFile("main", namespace, "/file.txt", []byte(namespace))
	}
}

func TestNamespacesAndKindsLimitAnExport(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	spread(dev, "a", "a.b", "ab", "c")
	dev.PutFile("main", "files.only", "/x", nil)
	dev.PutFile("main", "files", "/y", nil)
	cases := map[string]struct {
		change func(*export.Options)
		want   []string
	}{
		"a namespace, with those below it": {
			func(o *export.Options) { o.Namespaces = []string{"a"} },
			[]string{"a.b/file.txt", "a.b/hello", "a.b/key", "a/file.txt", "a/hello", "a/key"},
		},
		"one below, without those above": {
			func(o *export.Options) { o.Namespaces = []string{"a.b"} },
			[]string{"a.b/file.txt", "a.b/hello", "a.b/key"},
		},
		"several, and one kind": {
			func(o *export.Options) { o.Namespaces, o.Kinds = []string{"ab", "c"}, []export.Kind{export.KeyValues} },
			[]string{"ab/key", "c/key"},
		},
		"all files that can be known of": {
			func(o *export.Options) { o.Kinds = []export.Kind{export.Files} },
			[]string{"a.b/file.txt", "a/file.txt", "ab/file.txt", "c/file.txt"},
		},
		"a namespace that has only files": {
			func(o *export.Options) { o.Namespaces = []string{"files.only"} },
			[]string{"files.only/x"},
		},
		"a tenant that manifests must name": {
			func(o *export.Options) { o.Namespaces, o.DefaultTenant = []string{"c"}, "other" },
			[]string{"main/c/file.txt", "main/c/hello", "main/c/key"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := defaults()
			tc.change(&options)
			result := fromServer(t, dev, options)
			if diff := cmp.Diff(tc.want, targets(result)); diff != "" || len(result.Left) > 0 {
				t.Errorf("left out %v, targets (-want +got):\n%s", result.Left, diff)
			}
		})
	}
}

func TestAFlowThatIsRefusedSaysWhyInItsManifest(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	hostile := strings.Replace(source("hostile", label), "message:", `"mes\nkind: Other\u0000\u2028age":`, 1)
	dev.PutFlow("main", team, "hostile", hostile)
	files, err := manifest.Render(fromServer(t, dev, defaults()).Items, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 {
		t.Fatalf("%d files, want one", len(files))
	}
	remark, rest, _ := strings.Cut(string(files[0].Content), "\n")
	if !strings.HasPrefix(remark, "# Admission would refuse this, so it is not in the kustomization: line ") || !strings.HasPrefix(rest, "apiVersion:") {
		t.Errorf("the manifest begins with\n%s\n%.40s", remark, rest)
	}
	var flow v1alpha1.KestraFlow
	if err := yaml.UnmarshalStrict(files[0].Content, &flow); err != nil || flow.Spec.Source != hostile {
		t.Errorf("error %v, source\n%s", err, flow.Spec.Source)
	}
}

func TestMoreThanOnePageIsExported(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	const count = 1203
	for i := range count {
		dev.PutKeyValue("main", team, fmt.Sprintf("key-%d", i), "true", 0)
	}
	if got := len(fromServer(t, dev, defaults()).Items); got != count {
		t.Errorf("%d items, want %d", got, count)
	}
}

func TestWhatCannotMoveIsNamedAndKeptOutOfTheKustomization(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	dev.PutFlow("main", team, "fine", source("fine", label))
	dev.PutFlow("main", team, "misspelled", strings.Replace(source("misspelled", label), "message", "mesage", 1))
	dev.PutFlow("main", team, "writable", source("writable", "labels:\n  system.readOnly: false\n"))
	dev.PutFile("main", team, "/large.bin", make([]byte, 1<<20+1))
	dev.PutFile("main", team, "/%2e%2e/x", nil)
	result := fromServer(t, dev, defaults())
	want := []string{
		"files main/company.team/%2e%2e/x: left out: percent-decoded, the path has the component",
		"files main/company.team/large.bin: left out: the content has 1048577 bytes",
		"flows main/company.team/misspelled: admission would refuse it, so it is not in the kustomization: line ",
		"flows main/company.team/writable: admission would refuse it, so it is not in the kustomization: line ",
	}
	if len(result.Left) != len(want) {
		t.Fatalf("left out %v, want %d", result.Left, len(want))
	}
	for i, reason := range result.Left {
		if !strings.HasPrefix(reason.Error(), want[i]) {
			t.Errorf("reason %q, want %q", reason, want[i])
		}
	}
	files, err := manifest.Render(result.Items, "")
	if err != nil {
		t.Fatal(err)
	}
	excluded := map[string]bool{}
	for _, file := range files {
		excluded[file.Path] = file.Excluded
	}
	wantExcluded := map[string]bool{
		"flows/company.team.fine.yaml": false, "flows/company.team.misspelled.yaml": true, "flows/company.team.writable.yaml": true,
	}
	if diff := cmp.Diff(wantExcluded, excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
}

func TestOneThingThatCannotBeReadDoesNotEndAnExport(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	spread(dev, "a", "b")
	dev.Fail(devkestra.Call("GET", "/namespaces/a/kv/key"), devkestra.Fault{Status: 500}, devkestra.Always)
	result := fromServer(t, dev, defaults())
	if len(result.Items) != 5 || len(result.Left) != 1 || !strings.Contains(result.Left[0].Error(), "keyvalues main/a/key: left out: ") {
		t.Errorf("%d items, left out %v", len(result.Items), result.Left)
	}
}

func TestWrongCredentialsEndAnExport(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	server, err := kestra.New(kestra.Config{URL: dev.URL(), Username: "someone", Password: "wrong"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	if _, err := export.FromServer(t.Context(), server, defaults()); !kestra.IsUnauthorized(err) {
		t.Errorf("error %v, want one that says that the credentials are wrong", err)
	}
}

func TestNoValueIsToldUnlessAsked(t *testing.T) {
	const value = "correct horse"
	dev := devkestra.Start(t, devkestra.Options{})
	dev.PutKeyValue("main", team, "password", `"`+value+`"`, 0)
	dev.PutKeyValue("main", team, "keys", `{"api": "`+value+`"}`, 0)
	result := fromServer(t, dev, defaults())
	files, err := manifest.Render(result.Items, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(string(file.Content), value) {
			t.Errorf("the value is told in %s:\n%s", file.Path, file.Content)
		}
	}
	if len(files) != 2 {
		t.Errorf("%d files, want 2", len(files))
	}
}

func TestAnExportOnlyReads(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	spread(dev, "a")
	fromServer(t, dev, defaults())
	for _, request := range dev.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("%s %s, want reads only", request.Method, request.Path)
		}
	}
	if got := dev.Violations(); len(got) > 0 {
		t.Errorf("calls that would harm a real Kestra: %v", got)
	}
}

func TestServersOfEveryMajorAndEditionAreExported(t *testing.T) {
	token := devkestra.Token{Value: "a-token-of-a-service-account", ServiceAccount: true}
	servers := map[string]devkestra.Options{
		"open source 0.24": {Version: "0.24.0"},
		"open source 1.3":  {},
		"open source 2.0":  {Version: "2.0.8"},
		"Enterprise 1.3":   {Edition: devkestra.Enterprise, Tenants: []string{"acme", "main"}, Tokens: []devkestra.Token{token}},
		"Enterprise 2.0":   {Version: "2.0.8", Edition: devkestra.Enterprise, Tenants: []string{"acme", "main"}, Tokens: []devkestra.Token{token}},
	}
	for name, options := range servers {
		t.Run(name, func(t *testing.T) {
			dev := devkestra.Start(t, options)
			tenant, want := "main", []string{"a/file.txt", "a/hello"}
			access := kestra.Config{URL: dev.URL(), Username: dev.Credentials().Username, Password: dev.Credentials().Password}
			exported := defaults()
			if options.Edition == devkestra.Enterprise {
				tenant, want = "acme", []string{"acme/a/file.txt", "acme/a/hello"}
				access = kestra.Config{URL: dev.URL(), Token: token.Value}
				exported.Tenant = tenant
			}
			dev.PutFlow(tenant, "a", "hello", strings.Replace(source("hello", label), team, "a", 1))
			dev.PutFile(tenant, "a", "/file.txt", []byte("text"))
			dev.PutKeyValue(tenant, "a", "key", "true", 0)
			exported.Kinds = []export.Kind{export.Flows, export.Files}
			if options.Version != "0.24.0" { // which lists no key-values
				exported.Kinds = export.Kinds
				want = append(want, strings.Replace(want[1], "hello", "key", 1))
			}
			server, err := kestra.New(access)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			result, err := export.FromServer(t.Context(), server, exported)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, targets(result)); diff != "" || len(result.Left) > 0 {
				t.Errorf("left out %v, targets (-want +got):\n%s", result.Left, diff)
			}
		})
	}
}

func TestAListThatNobodyNeedsMayFail(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	spread(dev, "a")
	dev.Fail(devkestra.Call("GET", "/main/kv"), devkestra.Fault{Status: 403}, devkestra.Always)
	options := defaults()
	options.Kinds = []export.Kind{export.Files}
	if diff := cmp.Diff([]string{"a/file.txt"}, targets(fromServer(t, dev, options))); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if _, err := export.FromServer(t.Context(), newServer(t, dev), defaults()); !kestra.IsUnauthorized(err) {
		t.Errorf("error %v of an export that needs the list", err)
	}
}

func TestAServerWithoutAListOfKeyValuesIsToldOf(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{Version: "0.24.0"})
	_, err := export.FromServer(t.Context(), newServer(t, dev), defaults())
	if err == nil || !strings.Contains(err.Error(), "servers before 1.1 list no key-values: leave them out by --kinds") {
		t.Errorf("error %v, want one that says what to do", err)
	}
}
