package generate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/generate"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// folder makes a folder of files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func messages(errs []error) []string {
	var texts []string
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	return texts
}

func targets(items []manifest.Item) []string {
	var names []string
	for _, item := range items {
		names = append(names, manifest.Describe(item.Target))
	}
	return names
}

func TestFilesKeepTheirPaths(t *testing.T) {
	root := folder(t, map[string]string{
		"main.py": "print(1)\n", "lib/a b.py": "", ".env": "A=1", "data/deep/x.bin": "\xff\x00",
		".git/config": "no", "build/out.o": "no", "notes.tmp": "no",
	})
	items, left, err := generate.Files(root, generate.FileOptions{
		Tenant: "acme", Namespace: "company.team", InlineLimit: 100, Exclude: []string{".git", "build/*.o", "*.tmp"},
	})
	if err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	want := []string{
		"acme/company.team/.env", "acme/company.team/data/deep/x.bin", "acme/company.team/lib/a b.py", "acme/company.team/main.py",
	}
	if diff := cmp.Diff(want, targets(items)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

func TestFilesThatCannotBeAreLeftOutWithAReason(t *testing.T) {
	root := folder(t, map[string]string{
		"fine.txt":           "kept",
		`back\slash.txt`:     "",
		"_flows/a.yaml":      "",
		"%2e%2e%2fup.txt":    "",
		"line\nbreak.txt":    "",
		"large.bin":          strings.Repeat("x", namespacefile.MaxContentBytes+1),
		"just-fits.bin":      strings.Repeat("x", namespacefile.MaxContentBytes),
		"not-\xff-text.txt":  "",
		"elsewhere/real.txt": "kept",
	})
	if err := os.Symlink("fine.txt", filepath.Join(root, "link.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", filepath.Join(root, "linked")); err != nil {
		t.Fatal(err)
	}
	items, left, err := generate.Files(root, generate.FileOptions{Namespace: "company.team"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"company.team/elsewhere/real.txt", "company.team/fine.txt", "company.team/just-fits.bin"}
	if diff := cmp.Diff(want, targets(items)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	reasons := strings.Join(messages(left), "\n")
	for _, reason := range []string{
		`back\slash.txt: left out: the path holds a backslash`,
		"_flows/a.yaml: left out: the path is under _flows",
		"%2e%2e%2fup.txt: left out: percent-decoded, the path has the component \"..\"",
		"break.txt: left out: the path holds the control character",
		"large.bin: left out: larger than the 1048576 bytes",
		"left out: the path is not valid UTF-8",
		"link.txt: left out: not a regular file; links are not followed",
		"linked: left out: not a regular file; links are not followed",
	} {
		if !strings.Contains(reasons, reason) {
			t.Errorf("no %q in:\n%s", reason, reasons)
		}
	}
	if len(left) != 8 {
		t.Errorf("%d files were left out, want 8:\n%s", len(left), reasons)
	}
}

func TestFlowsAreIdentifiedByTheirSource(t *testing.T) {
	cases := map[string]struct {
		source string
		want   string // the target, or part of the reason
	}{
		"plain":                   {"id: a\nnamespace: company.team\ntasks: []\n", "company.team/a"},
		"Windows line breaks":     {"id: a\r\nnamespace: company.team\r\n", "company.team/a"},
		"a byte order mark":       {"\ufeffid: a\nnamespace: company.team\n", "company.team/a"},
		"a document mark":         {"---\nid: a\nnamespace: company.team\n---\n", "company.team/a"},
		"quotes and numbers":      {"id: 12\nnamespace: \"company.team\"\n", "company.team/12"},
		"JSON":                    {`{"id": "a", "namespace": "company.team"}`, "company.team/a"},
		"an alias bomb":           {"id: a\nnamespace: company.team\nx: &x [a,a]\ny: &y [*x,*x,*x]\nz: [*y,*y,*y]\n", "company.team/a"},
		"no id":                   {"namespace: company.team\n", "no id and namespace"},
		"an id that is a list":    {"id: [a]\nnamespace: company.team\n", "no id and namespace"},
		"text":                    {"just words\n", "no id and namespace"},
		"nothing":                 {"", "empty"},
		"only a comment":          {"# nothing\n", "empty"},
		"broken":                  {"id: [a\n", "cannot be read"},
		"bytes":                   {"id: \xff\n", "not UTF-8"},
		"a manifest":              {"apiVersion: v1\nkind: Secret\nid: a\nnamespace: b\n", "a Kubernetes manifest"},
		"larger than any flow is": {"id: a\nnamespace: b\n#" + strings.Repeat("x", 1<<20), "larger than"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			items, left, err := generate.Flows(folder(t, map[string]string{"flow.yml": tc.source, "other.txt": "x"}), generate.FlowOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(append(targets(items), messages(left)...), "\n"); !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if len(items)+len(left) != 1 {
				t.Fatalf("%d flows and %d reasons, want one in all", len(items), len(left))
			}
			if len(items) == 0 {
				return
			}
			files, err := manifest.Render(items, "team")
			if err != nil {
				t.Fatal(err)
			}
			var object v1alpha1.KestraFlow
			if err := yaml.UnmarshalStrict(files[0].Content, &object); err != nil {
				t.Fatal(err)
			}
			if object.Spec.Source != tc.source || object.Namespace != "team" {
				t.Errorf("in %s, the source is %q, want %q", object.Namespace, object.Spec.Source, tc.source)
			}
		})
	}
}

func TestTheSameFlowInTwoFilesIsLeftOutOnce(t *testing.T) {
	source := "id: a\nnamespace: company.team\n"
	items, left, err := generate.Flows(folder(t, map[string]string{"1.yaml": source, "2.yaml": source}), generate.FlowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2.yaml: left out: 1.yaml is the same flow, company.team/a"}
	if diff := cmp.Diff(want, messages(left)); diff != "" || len(items) != 1 {
		t.Errorf("%d flows, reasons (-want +got):\n%s", len(items), diff)
	}
}

func TestAFolderWithoutFlowsIsAnError(t *testing.T) {
	if _, _, err := generate.Flows(folder(t, map[string]string{"a.txt": ""}), generate.FlowOptions{}); err == nil {
		t.Error("no error")
	}
}

func TestAnOutputFolderHoldsAKustomizationOfWhatWasWritten(t *testing.T) {
	items, _, err := generate.Files(folder(t, map[string]string{"a.txt": "a", "b/c.txt": "c"}),
		generate.FileOptions{Namespace: "company.team", InlineLimit: 100})
	if err != nil {
		t.Fatal(err)
	}
	files, err := manifest.Render(items, "")
	if err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(t.TempDir(), "new", "folder")
	for range 2 { // the second time over the first
		if err := manifest.Write(files, output, nil); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(filepath.Join(output, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n" +
		"  - files/company.team.a.txt.yaml\n  - files/company.team.b-c.txt.yaml\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("kustomization (-want +got):\n%s", diff)
	}
	var stream bytes.Buffer
	if err := manifest.Write(files, manifest.Stdout, &stream); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count("\n"+stream.String(), "\n---\n"); got != 1 {
		t.Errorf("%d separators of two documents:\n%s", got, stream.String())
	}
}
