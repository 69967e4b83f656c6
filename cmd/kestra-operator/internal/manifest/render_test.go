package manifest_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func target(name string) kestra.Target { return kestra.Target{Namespace: "company.team", Name: name} }

func render(t *testing.T, items ...manifest.Item) []manifest.File {
	t.Helper()
	files, err := manifest.Render(items, "")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func decode[T any](t *testing.T, text []byte) T {
	t.Helper()
	var object T
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return object
}

// hardTexts are those that YAML writers are known to spoil.
var hardTexts = map[string]string{
	"plain":                  "id: a\nnamespace: b\n",
	"no last line break":     "id: a\nnamespace: b",
	"several last breaks":    "id: a\n\n\n",
	"Windows line breaks":    "id: a\r\nnamespace: b\r\n",
	"a lone return":          "id: a\rnamespace: b\n",
	"leading spaces":         "  id: a\n  namespace: b\n",
	"leading line break":     "\n\nid: a\n",
	"leading break, indent":  "\n  id: a\nb: c\n",
	"trailing spaces":        "id: a   \nnamespace: b \n",
	"only line breaks":       "\n\n",
	"only spaces":            "   \n ",
	"tabs":                   "id: a\n\tb\n\t\tc\t\n",
	"byte order mark":        "\ufeffid: a\nb: c\n",
	"line separator":         "id: a\u2028b\nc\n",
	"next line":              "id: a\u0085b\nc\n",
	"document marks":         "---\nid: a\n---\n...\n",
	"comment first":          "# a comment\nid: a # another\n",
	"templates":              "message: \"{{ inputs['x'] }} %{y} &z *z !t\"\n",
	"beyond the basic plane": "a: 😀\nb: ☃\n",
	"control character":      "a: \x1b[31m\n",
	"empty":                  "",
	"looks like a number":    "0123",
	"looks like a boolean":   "yes",
	"looks like sixties":     "1:30",
	"a long line":            strings.Repeat("word ", 1000) + "\nid: a\n",
}

func TestEveryTextSurvives(t *testing.T) {
	for name, text := range hardTexts {
		t.Run("the source with "+name, func(t *testing.T) {
			files := render(t, manifest.Flow(target("hello"), text))
			got := decode[v1alpha1.KestraFlow](t, files[0].Content)
			if diff := cmp.Diff(text, got.Spec.Source); diff != "" {
				t.Errorf("the source (-want +got):\n%s\n%s", diff, files[0].Content)
			}
		})
		t.Run("the file with "+name, func(t *testing.T) {
			files := render(t, manifest.NamespaceFile(target("a.txt"), []byte(text), manifest.DefaultInlineLimit))
			got := decode[v1alpha1.KestraNamespaceFile](t, files[0].Content)
			content := got.Spec.BinaryContent
			if got.Spec.Content != nil {
				content = []byte(*got.Spec.Content)
			}
			if string(content) != text {
				t.Errorf("the content is %q, want %q", content, text)
			}
		})
	}
}

func TestASourceIsWrittenForPeople(t *testing.T) {
	files := render(t, manifest.Flow(target("hello"), "# first\nid: hello\ntasks:\n  - id: a\n"))
	want := `apiVersion: model.kestra.io/v1alpha1
kind: KestraFlow
metadata:
  name: company.team.hello
spec:
  id: hello
  namespace: company.team
  source: |
    # first
    id: hello
    tasks:
      - id: a
`
	if diff := cmp.Diff(want, string(files[0].Content)); diff != "" {
		t.Errorf("the manifest (-want +got):\n%s", diff)
	}
}

func TestContentGoesWhereItFits(t *testing.T) {
	binary := []byte{0xff, 0, 1, 2}
	cases := map[string]struct {
		content []byte
		limit   int
		want    []string
		absent  []string
	}{
		"text":                      {[]byte("print(1)\n"), 100, []string{"content: |"}, []string{"binaryContent", "ConfigMap"}},
		"bytes":                     {binary, 100, []string{"binaryContent: /wABAg=="}, []string{" content:", "ConfigMap"}},
		"an empty file":             {nil, 100, []string{`content: ""`}, []string{"ConfigMap"}},
		"text at the limit":         {[]byte("1234"), 4, []string{`content: "1234"`}, []string{"ConfigMap"}},
		"text above the limit":      {[]byte("12345"), 4, []string{"kind: ConfigMap", "data:\n  content: \"12345\"", "configMapKeyRef:\n      key: content\n      name: company.team.a.bin"}, []string{"binaryData"}},
		"bytes above the limit":     {binary, 3, []string{"binaryData:\n  content: /wABAg==", "configMapKeyRef"}, []string{"binaryContent"}},
		"text with an escape in it": {[]byte("\x1b"), 100, []string{"binaryContent"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			text := string(render(t, manifest.NamespaceFile(target("a.bin"), tc.content, tc.limit))[0].Content)
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, absent := range tc.absent {
				if strings.Contains(text, absent) {
					t.Errorf("there is %q in\n%s", absent, text)
				}
			}
		})
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("x", 300)
	cases := map[string]struct {
		targets []string
		want    []string
	}{
		"plain":                     {[]string{"hello"}, []string{"company.team.hello"}},
		"a path":                    {[]string{"scripts/main.py"}, []string{"company.team.scripts-main.py"}},
		"capitals and underscores":  {[]string{"My_Flow"}, []string{"company.team.my-flow"}},
		"marks at the ends":         {[]string{"_a_/-b-."}, []string{"company.team.a-b"}},
		"dots in a row":             {[]string{"a..b"}, []string{"company.team.a.b"}},
		"nothing that can be named": {[]string{"☃"}, []string{"company.team"}},
		"the same but for case":     {[]string{"Hello", "hello"}, []string{"company.team.hello-*", "company.team.hello-*"}},
		"as long as a file's name":  {[]string{long[:250-13]}, []string{"company.team." + long[:250-13]}},
		"one character longer":      {[]string{long[:250-12]}, []string{"company.team." + long[:250-13-11] + "-*"}},
		"too long":                  {[]string{long}, []string{"company.team." + long[:250-13-11] + "-*"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var items []manifest.Item
			for _, name := range tc.targets {
				items = append(items, manifest.Flow(target(name), ""))
			}
			var got []string
			for _, file := range render(t, items...) {
				got = append(got, decode[v1alpha1.KestraFlow](t, file.Content).Name)
			}
			for i, name := range got {
				if prefix, isHashed := strings.CutSuffix(tc.want[i], "*"); isHashed && strings.HasPrefix(name, prefix) && len(name) == len(prefix)+10 {
					got[i] = tc.want[i]
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheOrderOfTheInputDoesNotMatter(t *testing.T) {
	var items []manifest.Item
	for _, name := range []string{"a", "A", "b_c", "b-c", "d"} {
		items = append(items, manifest.Flow(target(name), "id: "+name+"\n"), manifest.NamespaceFile(target(name), []byte(name), 100))
	}
	want := render(t, items...)
	slices.Reverse(items)
	if diff := cmp.Diff(want, render(t, items...)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestTwoItemsOfOneTargetAreRefused(t *testing.T) {
	_, err := manifest.Render([]manifest.Item{manifest.Flow(target("a"), "1"), manifest.Flow(target("a"), "2")}, "")
	if err == nil || !strings.Contains(err.Error(), "company.team/a: there twice") {
		t.Errorf("error %v, want one that names the target", err)
	}
}

func TestValuesAreWrittenWhereAsked(t *testing.T) {
	const secret = "correct horse"
	cases := []struct {
		where                     manifest.Values
		kind                      keyvalue.Type
		value                     string
		inObject, inSecret, refer bool
	}{
		{manifest.ValuesReference, keyvalue.String, secret, false, false, true},
		{manifest.ValuesReference, keyvalue.JSON, `{"a":1}`, false, false, true},
		{manifest.ValuesReference, keyvalue.Number, "42", false, false, true},
		{manifest.ValuesReference, keyvalue.Boolean, "true", true, false, false},
		{manifest.ValuesReference, keyvalue.Date, "2026-11-24", true, false, false},
		{manifest.ValuesReference, keyvalue.DateTime, "2026-11-24T08:00:00Z", true, false, false},
		{manifest.ValuesReference, keyvalue.Duration, "PT1H", true, false, false},
		{manifest.ValuesSecret, keyvalue.String, secret, false, true, true},
		{manifest.ValuesSecret, keyvalue.Boolean, "true", true, false, false},
		{manifest.ValuesInline, keyvalue.String, secret, true, false, false},
	}
	for _, tc := range cases {
		t.Run(fmt.Sprintf("%s of a %s", tc.where, tc.kind), func(t *testing.T) {
			item, refers := manifest.KeyValue(target("key"), manifest.Typed{Type: tc.kind, Value: tc.value}, kestra.KeyValueOptions{}, tc.where)
			files := render(t, item)
			entry := decode[v1alpha1.KestraKeyValue](t, files[0].Content)
			if got := entry.Spec.Value != nil; got != tc.inObject {
				t.Errorf("value in the object: %v, want %v", got, tc.inObject)
			}
			if got := entry.Spec.ValueFrom != nil; got != tc.refer || refers != tc.refer {
				t.Errorf("refers to a Secret: %v, said %v, want %v", got, refers, tc.refer)
			}
			if !tc.inObject && bytes.Contains(files[0].Content, []byte(tc.value)) {
				t.Errorf("the value shows in\n%s", files[0].Content)
			}
			if got := len(files) == 2; got != tc.inSecret {
				t.Fatalf("a Secret is written: %v, want %v", got, tc.inSecret)
			}
			if tc.inSecret && (files[1].Path != "secrets/company.team.key.yaml" || !files[1].Private) {
				t.Errorf("the Secret is in %s, private %v", files[1].Path, files[1].Private)
			}
		})
	}
}
