package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What one question does with what was read must not be seen by the next.
func TestASourceAnswersEveryQuestionAsIfItWereTheFirst(t *testing.T) {
	texts := map[string]string{
		"a flow without the label":   benchmarkFlow(3),
		"a flow with the label":      string(sampleFlow(1 << 10)),
		"several findings":           "id: a\nnamespace: b\nid: c\ntasks:\n  - id: x\n    type: io.kestra.plugin.core.log.Lgo\n  - id: x\n    tpye: y\n",
		"keys that are there twice":  "id: a\nid: b\nid: c\nnamespace: b\nnamespace: c\ntasks:\n  - id: x\n    tpye: y\n",
		"a second document":          benchmarkFlow(1) + "---\nid: other\n",
		"a text that is not YAML":    "id: [a\n",
		"a text that is no mapping":  "- id\n",
		"a text that cannot be read": "\xff",
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			want := Check([]byte(text), Identity{Namespace: "company.team"}, nil, Options{})
			wantEdited, wantChanged, wantErr := EnsureReadOnly([]byte(text))
			source := NewSource([]byte(text))
			for turn := range 2 {
				report := source.Check(Identity{Namespace: "company.team"}, nil, Options{})
				source.Check(Identity{ID: "somebody-else"}, nil, Options{RequireReadOnly: true, MaxFindings: 1})
				if diff := cmp.Diff(want, report); diff != "" {
					t.Errorf("Check, turn %d (-want +got):\n%s", turn, diff)
				}
				edited, changed, err := source.EnsureReadOnly()
				if string(edited) != string(wantEdited) || changed != wantChanged || (err == nil) != (wantErr == nil) {
					t.Errorf("EnsureReadOnly, turn %d: %q, %v, %v", turn, edited, changed, err)
				}
			}
			if string(source.Text()) != text {
				t.Errorf("the text is now %q", source.Text())
			}
		})
	}
}

func TestASourceIsReadOnce(t *testing.T) {
	text := sampleFlow(3 << 10)
	alone := testing.AllocsPerRun(20, func() { Check(text, Identity{}, nil, Options{}) })
	both := testing.AllocsPerRun(20, func() {
		source := NewSource(text)
		source.Check(Identity{}, nil, Options{})
		if _, _, err := source.EnsureReadOnly(); err != nil {
			t.Fatal(err)
		}
	})
	if both > 1.2*alone {
		t.Errorf("both questions allocate %.0f times, one of them %.0f: it was read again", both, alone)
	}
}
