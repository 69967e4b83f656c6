package flow

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// editCase is a source and what the edit makes of it; no after means that nothing changes.
type editCase struct{ before, after string }

var editCases = map[string]editCase{
	"labels absent": {
		"id: a\nnamespace: b\ntasks: []\n",
		"id: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, namespace last and without a line break": {
		"tasks: []\nid: a\nnamespace: b",
		"tasks: []\nid: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"",
	},
	"labels absent, comment behind the namespace": {
		"id: a\nnamespace: b # team\n\n# the tasks\ntasks: []\n",
		"id: a\nnamespace: b # team\nlabels:\n  system.readOnly: \"true\"\n\n# the tasks\ntasks: []\n",
	},
	"labels absent, CRLF": {
		"id: a\r\nnamespace: b\r\ntasks: []\r\n",
		"id: a\r\nnamespace: b\r\nlabels:\r\n  system.readOnly: \"true\"\r\ntasks: []\r\n",
	},
	"labels absent, CR only": {
		"id: a\rnamespace: b\rtasks: []\r",
		"id: a\rnamespace: b\rlabels:\r  system.readOnly: \"true\"\rtasks: []\r",
	},
	"labels absent, BOM": {
		"\uFEFFid: a\nnamespace: b\ntasks: []\n",
		"\uFEFFid: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, indented root": {
		"  id: a\n  namespace: b\n  tasks: []\n",
		"  id: a\n  namespace: b\n  labels:\n    system.readOnly: \"true\"\n  tasks: []\n",
	},
	"labels absent, namespace in quotes": {
		"id: a\n\"namespace\": \"b\"\ntasks: []\n",
		"id: a\n\"namespace\": \"b\"\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, namespace over two lines": {
		"id: a\nnamespace:\n  b\ntasks: []\n",
		"id: a\nnamespace:\n  b\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, block scalar and document end": {
		"namespace: b\nid: a\ndescription: |+\n  text\n\n\n...\n",
		"namespace: b\nlabels:\n  system.readOnly: \"true\"\nid: a\ndescription: |+\n  text\n\n\n...\n",
	},
	"labels absent, separators around": {
		"# c\n---\nid: a\nnamespace: b\n---\n",
		"# c\n---\nid: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\n---\n",
	},
	"labels absent, text behind a trailing separator": {
		"id: a\nnamespace: b\n---\nid: c\n",
		"id: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\n---\nid: c\n",
	},
	"labels absent, neither id nor namespace": {
		"# head\ntasks: []\n",
		"# head\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, complex key first": {
		"? id\n: a\n",
		"labels:\n  system.readOnly: \"true\"\n? id\n: a\n",
	},
	"labels absent, anchor before the root": {
		"&r\ntasks: []\n",
		"&r\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, namespace as a block scalar": {
		"id: |-\n  a\nnamespace: |-\n  b\ntasks: []\n",
		"id: |-\n  a\nnamespace: |-\n  b\nlabels:\n  system.readOnly: \"true\"\ntasks: []\n",
	},
	"labels absent, directive": {
		"%YAML 1.2\n---\nid: a\nnamespace: b\n",
		"%YAML 1.2\n---\nid: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\n",
	},
	"labels absent, alias without an anchor": {
		"id: a\nnamespace: b\ndescription: *x\n",
		"id: a\nnamespace: b\nlabels:\n  system.readOnly: \"true\"\ndescription: *x\n",
	},
	"labels absent, flow style": {
		"{id: a, namespace: b}\n",
		"{labels: {system.readOnly: \"true\"}, id: a, namespace: b}\n",
	},
	"labels absent, JSON": {
		"{\n  \"id\": \"a\",\n  \"namespace\": \"b\"\n}\n",
		"{\"labels\": {\"system.readOnly\": \"true\"},\n  \"id\": \"a\",\n  \"namespace\": \"b\"\n}\n",
	},
	"labels absent, empty flow": {"{}\n", "{labels: {system.readOnly: \"true\"}}\n"},
	"map": {
		"id: a\nlabels:\n  team: x\ntasks: []\n",
		"id: a\nlabels:\n  system.readOnly: \"true\"\n  team: x\ntasks: []\n",
	},
	"map with comments": {
		"labels: # who\n    # the team\n    team: x # y\n",
		"labels: # who\n    system.readOnly: \"true\"\n    # the team\n    team: x # y\n",
	},
	"map with an anchor in the line": {
		"labels: &l\n  team: x\n",
		"labels: &l\n  system.readOnly: \"true\"\n  team: x\n",
	},
	"map with an anchor below": {
		"labels:\n  &l\n  team: x\n",
		"labels:\n  &l\n  system.readOnly: \"true\"\n  team: x\n",
	},
	"map with a tag and CRLF": {
		"labels: !!map\r\n  team: x\r\n",
		"labels: !!map\r\n  system.readOnly: \"true\"\r\n  team: x\r\n",
	},
	"map with an alias as value": {
		"description: &d x\nlabels:\n  team: *d\n",
		"description: &d x\nlabels:\n  system.readOnly: \"true\"\n  team: *d\n",
	},
	"map with an anchored key": {
		"labels:\n  &k team: x\n",
		"labels:\n  system.readOnly: \"true\"\n  &k team: x\n",
	},
	"map under a quoted key": {
		"'labels' : \n  team: x\n",
		"'labels' : \n  system.readOnly: \"true\"\n  team: x\n",
	},
	"map of one label without a line break": {
		"labels:\n  team: x",
		"labels:\n  system.readOnly: \"true\"\n  team: x",
	},
	"map with a complex key": {
		"labels:\n  ? team\n  : x\n",
		"labels:\n  system.readOnly: \"true\"\n  ? team\n  : x\n",
	},
	"labels as a complex key": {
		"id: a\n? labels\n: team: x\n", "",
	},
	"map in braces": {
		"labels: {a: b}\n",
		"labels: {system.readOnly: \"true\", a: b}\n",
	},
	"map in braces with spaces": {
		"labels: { a: b }\n",
		"labels: { system.readOnly: \"true\", a: b }\n",
	},
	"map in braces over lines": {
		"labels: { # c\n  a: b\n}\n",
		"labels: { system.readOnly: \"true\", # c\n  a: b\n}\n",
	},
	"map in braces as JSON": {
		"{\"labels\": {\"a\": \"b\"}, \"id\": \"x\"}",
		"{\"labels\": {\"system.readOnly\": \"true\", \"a\": \"b\"}, \"id\": \"x\"}",
	},
	"empty map in braces":           {"labels: {}\n", "labels: {system.readOnly: \"true\"}\n"},
	"empty map in braces, spaces":   {"labels: { } # none\n", "labels: { system.readOnly: \"true\"} # none\n"},
	"empty map in braces, comment":  {"labels: { # none\n}\n", "labels: { system.readOnly: \"true\" # none\n}\n"},
	"tagged map in braces":          {"labels: !!map {a: b}\n", "labels: !!map {system.readOnly: \"true\", a: b}\n"},
	"empty list in brackets":        {"labels: []\n", "labels: [{key: system.readOnly, value: \"true\"}]\n"},
	"empty list with spaces":        {"labels: [ ]\n", "labels: [ {key: system.readOnly, value: \"true\"}]\n"},
	"list in brackets":              {"labels: [{key: a, value: b}]\n", "labels: [{key: system.readOnly, value: \"true\"}, {key: a, value: b}]\n"},
	"list in brackets as JSON":      {"labels: [{\"key\": \"a\", \"value\": 1}]\n", "labels: [{\"key\": \"system.readOnly\", \"value\": \"true\"}, {\"key\": \"a\", \"value\": 1}]\n"},
	"null":                          {"labels: null\nid: a\n", "labels: {system.readOnly: \"true\"}\nid: a\n"},
	"tilde with comment":            {"labels: ~ # none\nid: a\n", "labels: {system.readOnly: \"true\"} # none\nid: a\n"},
	"null in JSON":                  {"{\"id\": \"a\", \"labels\": null}\n", "{\"id\": \"a\", \"labels\": {\"system.readOnly\": \"true\"}}\n"},
	"empty":                         {"labels:\nid: a\n", "labels:\n  system.readOnly: \"true\"\nid: a\n"},
	"empty at the end":              {"id: a\nlabels:", "id: a\nlabels:\n  system.readOnly: \"true\""},
	"empty in braces":               {"{id: a, labels: , x: y}\n", "{id: a, labels: {system.readOnly: \"true\"} , x: y}\n"},
	"only comments":                 {"labels:\n  # team: x\nid: a\n", "labels:\n  system.readOnly: \"true\"\n  # team: x\nid: a\n"},
	"list":                          {"labels:\n  - key: a\n    value: b\n", "labels:\n  - key: system.readOnly\n    value: \"true\"\n  - key: a\n    value: b\n"},
	"list without indentation":      {"labels:\n- key: a\n  value: b\nid: x\n", "labels:\n- key: system.readOnly\n  value: \"true\"\n- key: a\n  value: b\nid: x\n"},
	"list with comment and CRLF":    {"labels: # c\r\n- {key: a, value: b}\r\n", "labels: # c\r\n- key: system.readOnly\r\n  value: \"true\"\r\n- {key: a, value: b}\r\n"},
	"already there":                 {"labels:\n  system.readOnly: \"true\"\n", ""},
	"already there, single quotes":  {"labels:\n  'system.readOnly': 'true'\n", ""},
	"already there in the list":     {"labels:\n- key: system.readOnly\n  value: \"true\"\n", ""},
	"boolean":                       {"labels:\n  system.readOnly: true # yes\n", "labels:\n  system.readOnly: \"true\" # yes\n"},
	"false":                         {"labels: {a: b, system.readOnly: false}\n", "labels: {a: b, system.readOnly: \"true\"}\n"},
	"false in single quotes":        {"labels:\n  system.readOnly: 'false'\r\nid: a\r\n", "labels:\n  system.readOnly: \"true\"\r\nid: a\r\n"},
	"false in the list":             {"labels:\n- value: \"false\"\n  key: system.readOnly\n", "labels:\n- value: \"true\"\n  key: system.readOnly\n"},
	"false as block scalar":         {"labels:\n  system.readOnly: |-\n    false\n\n  a: b\n", "labels:\n  system.readOnly: \"true\"\n\n  a: b\n"},
	"false over two lines":          {"labels:\n  system.readOnly:\n    fal\n    se\n  a: b\n", "labels:\n  system.readOnly:\n    \"true\"\n  a: b\n"},
	"false with anchor":             {"labels:\n  system.readOnly: &r false\n", "labels:\n  system.readOnly: \"true\"\n"},
	"false with tag":                {"labels:\n  system.readOnly: !!str false\n", "labels:\n  system.readOnly: \"true\"\n"},
	"alias":                         {"labels:\n  a: &r x\n  system.readOnly: *r\n", "labels:\n  a: &r x\n  system.readOnly: \"true\"\n"},
	"no value":                      {"labels:\n  system.readOnly:\n  a: b\n", "labels:\n  system.readOnly: \"true\"\n  a: b\n"},
	"no value in the list":          {"labels:\n- key: system.readOnly\n  value:\n", "labels:\n- key: system.readOnly\n  value: \"true\"\n"},
	"null value":                    {"labels:\n  system.readOnly: null\n", "labels:\n  system.readOnly: \"true\"\n"},
	"multi-byte text before braces": {"{\"é\": 1, labels: {a: b}}\n", "{\"é\": 1, labels: {system.readOnly: \"true\", a: b}}\n"},
}

func TestEnsureReadOnlyMakesTheSmallestEdit(t *testing.T) {
	for name, c := range editCases {
		t.Run(name, func(t *testing.T) {
			edited, changed, err := EnsureReadOnly([]byte(c.before))
			if name == "labels as a complex key" {
				var problem *EditError
				if !errors.As(err, &problem) || string(edited) != c.before {
					t.Fatalf("want an *EditError and the source as it was, got %v and %q", err, edited)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := c.after
			if want == "" {
				want = c.before
			}
			if diff := cmp.Diff(want, string(edited)); diff != "" {
				t.Errorf("edited (-want +got):\n%s", diff)
			}
			if changed != (want != c.before) {
				t.Errorf("changed = %v", changed)
			}
			if _, err := editProperties([]byte(c.before)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEnsureReadOnlyRefusesWhatItCannotRead(t *testing.T) {
	tests := map[string]string{
		"no YAML":           "id: [",
		"empty":             "",
		"a list":            "- a\n",
		"labels are text":   "id: a\nlabels: x\n",
		"labels are quoted": "id: a\nlabels: ''\n",
		"nested label":      "labels:\n  system.readOnly:\n    a: b\n",
		"duplicate labels":  "labels: {}\nid: a\nlabels: {}\n",
		"item has no value": "labels:\n- key: system.readOnly\n",
	}
	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			edited, changed, err := EnsureReadOnly([]byte(source))
			var problem *EditError
			if !errors.As(err, &problem) || problem.Line == 0 {
				t.Fatalf("want an *EditError with a line, got %v", err)
			}
			if changed || string(edited) != source {
				t.Errorf("the source was changed to %q", edited)
			}
		})
	}
}

// editProperties checks an edit with nothing but the YAML library: the same but for the label, idempotent,
// the bytes outside of one place unchanged. A source that cannot be edited must be left alone.
func editProperties(source []byte) (editable bool, err error) {
	original := bytes.Clone(source)
	edited, changed, err := EnsureReadOnly(source)
	switch {
	case !bytes.Equal(source, original):
		return true, errors.New("the argument was written to")
	case err != nil && (changed || !bytes.Equal(edited, source)):
		return false, errors.New("an edit that failed changed the source")
	case err != nil:
		return false, nil //nolint:nilerr // the source cannot be edited, and was left alone
	case changed == bytes.Equal(edited, source):
		return true, fmt.Errorf("changed is %v", changed)
	}
	if again, changed, err := EnsureReadOnly(edited); err != nil || changed || !bytes.Equal(again, edited) {
		return true, errors.Join(fmt.Errorf("a second edit changes it again (%v):\n%s", changed, again), err)
	}
	if err := oneEdit(source, edited); err != nil {
		return true, err
	}
	before, after := meaning(source), meaning(edited)
	if before == "" || after == "" { // the library alone cannot read it
		return true, nil
	}
	if diff := cmp.Diff(before, after); diff != "" {
		return true, fmt.Errorf("more than the label differs (-before +after):\n%s", diff)
	}
	return true, nil
}

// oneEdit checks that the texts differ in one place, which holds a label.
func oneEdit(source, edited []byte) error {
	prefix := 0
	for prefix < len(source) && prefix < len(edited) && source[prefix] == edited[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < len(source)-prefix && suffix < len(edited)-prefix && source[len(source)-1-suffix] == edited[len(edited)-1-suffix] {
		suffix++
	}
	removed, added := source[prefix:len(source)-suffix], edited[prefix:len(edited)-suffix]
	if len(removed) > 0 && !bytes.Contains(source, []byte("readOnly")) && !strings.Contains("null~NullNULL!!&", string(removed[:1])) {
		return fmt.Errorf("%q was removed", removed)
	}
	if text := bytes.ReplaceAll(added, []byte(" "), nil); len(text) > len(removed)+100 { // lines are indented as those around them
		return fmt.Errorf("%q was added", added)
	}
	return nil
}

// meaning renders the first document of a source without its labels' read-only entry; "" when the library
// cannot read it.
func meaning(source []byte) string {
	var document yaml.Node
	if err := yaml.Unmarshal(source, &document); err != nil || len(document.Content) == 0 {
		return ""
	}
	var out strings.Builder
	root := document.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key, value := root.Content[i], root.Content[i+1]; key.Value == "labels" {
			out.WriteString(otherLabelsMeaning(value))
		} else {
			render(&out, key)
			render(&out, value)
		}
	}
	return "root " + out.String()
}

func otherLabelsMeaning(labels *yaml.Node) string {
	var out strings.Builder
	switch labels.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(labels.Content); i += 2 {
			if labels.Content[i].Value != "system.readOnly" {
				render(&out, labels.Content[i])
				render(&out, labels.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		for _, item := range labels.Content {
			var text strings.Builder
			if render(&text, item); !strings.Contains(text.String(), "system.readOnly") {
				out.WriteString(text.String())
			}
		}
	}
	return out.String()
}

func render(out *strings.Builder, n *yaml.Node) {
	fmt.Fprintf(out, "(%d %s %q", n.Kind, n.Tag, n.Value)
	for _, c := range n.Content {
		render(out, c)
	}
	out.WriteString(")\n")
}

func FuzzReadOnly(f *testing.F) {
	for _, c := range editCases {
		f.Add([]byte(c.before))
	}
	addCorpusSeeds(f)
	f.Fuzz(func(t *testing.T, source []byte) {
		if _, err := editProperties(source); err != nil {
			t.Error(err)
		}
	})
}

// Every real flow that a server accepts can be given the label.
func TestInvariant4EnsureReadOnlyOnRecordedFlows(t *testing.T) {
	t.Parallel()
	editable := map[string]bool{} // by source: the servers were asked about the same ones
	for _, server := range servers {
		eachVerdict(t, server, func(v verdict) {
			ok, known := editable[v.Source]
			if !known {
				var err error
				if ok, err = editProperties([]byte(v.Source)); err != nil {
					t.Errorf("%s%s: %v", v.Probe, v.File, err)
				}
				editable[v.Source] = ok
			}
			if v.Accepted && !ok {
				t.Errorf("%s%s is accepted by %s and cannot be edited", v.Probe, v.File, server)
			}
		})
	}
	edited := 0
	for _, ok := range editable {
		if ok {
			edited++
		}
	}
	t.Logf("%d of %d sources carry the label", edited, len(editable))
}
