package validate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFixSetsTheLabelAndLeavesEveryOtherByte(t *testing.T) {
	const label = "labels:\n  system.readOnly: \"true\"\n"
	head := "apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nspec:\n  namespace: n\n"
	cases := map[string]struct{ text, want string }{
		"a raw flow": {
			"# mine\nid: a\nnamespace: n\ntasks: []\n", "# mine\nid: a\nnamespace: n\n" + label + "tasks: []\n",
		},
		"a manifest with a literal source, comments kept": {
			head + "  source: |  # here\n    id: a\n    namespace: n\n    tasks: []\n  id: a # after\n",
			head + "  source: |  # here\n    id: a\n    namespace: n\n    labels:\n      system.readOnly: \"true\"\n    tasks: []\n  id: a # after\n",
		},
		"several documents": {
			head + "  source: |\n    id: a\n    namespace: n\n---\n" + head + "  source: |\n    id: b\n    namespace: n\n",
			head + "  source: |\n    id: a\n    namespace: n\n    labels:\n      system.readOnly: \"true\"\n---\n" +
				head + "  source: |\n    id: b\n    namespace: n\n    labels:\n      system.readOnly: \"true\"\n",
		},
		"a flow that has the label": {
			"id: a\nnamespace: n\n" + label, "id: a\nnamespace: n\n" + label,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(write(t, map[string]string{"a.yaml": test.text}), "a.yaml")
			changed, problems := Fix([]string{path})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
			if (len(changed) > 0) != (test.text != test.want) {
				t.Errorf("changed files %v", changed)
			}
			if again, _ := Fix([]string{path}); len(again) > 0 {
				t.Error("fixing again changes something")
			}
		})
	}
}

func TestFixLeavesWhatItCannotEdit(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"a quoted source": {"apiVersion: model.kestra.io/v1alpha1\nkind: KestraFlow\nspec:\n  source: \"id: a\\nnamespace: n\\n\"\n", "literal block"},
		"a broken flow":   {"id: [\n", "a.yaml"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(write(t, map[string]string{"a.yaml": test.text}), "a.yaml")
			changed, problems := Fix([]string{path})
			if len(problems) != 1 || !strings.Contains(problems[0].Error(), test.want) {
				t.Errorf("problems %v, want one with %q", problems, test.want)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(changed) > 0 || string(got) != test.text {
				t.Errorf("the file was changed to %q", got)
			}
		})
	}
}
