package doctest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const text = "a\n```sh\none\n```\n- b\n\n  ```yaml\n  # flows/c.yaml\n  c:\n    d: e\n  ```\nf\n"

func TestBlocksAreFoundWithoutTheIndentationOfTheirFence(t *testing.T) {
	want := []Block{{Language: "sh", Text: "one\n", Line: 3}, {Language: "yaml", Text: "# flows/c.yaml\nc:\n  d: e\n", Line: 8}}
	if diff := cmp.Diff(want, Blocks(text), cmpopts.IgnoreUnexported(Block{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestABlockIsAFileWhenItsFirstLineNamesOne(t *testing.T) {
	for _, c := range []struct {
		text, name, content string
	}{
		{"# flows/c.yaml\nc: d\n", "flows/c.yaml", "c: d\n"},
		{"# the flow of c.yaml\nc: d\n", "", ""},
		{"c: d\n", "", ""},
	} {
		name, content, is := Block{Language: "yaml", Text: c.text}.File()
		if name != c.name || content != c.content || is != (c.name != "") {
			t.Errorf("%q: got %q with %q", c.text, name, content)
		}
	}
}

func TestOtherTextOfABlockIsWrittenWithItsIndentation(t *testing.T) {
	page := Page{Text: text, Blocks: Blocks(text)}
	got := page.with(map[int]string{3: "two\nthree\n", 8: "g: h\n"})
	if diff := cmp.Diff("a\n```sh\ntwo\nthree\n```\n- b\n\n  ```yaml\n  g: h\n  ```\nf\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
