package doctest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASectionEndsAtTheNextHeading(t *testing.T) {
	const text = "# Page\n```sh\nzero\n```\n## With Helm\n```sh\n# a remark\none\n```\n```sh\ntwo\n```\n### Later\n```sh\nthree\n```\n"
	page := Page{Path: "page.md", Text: text, Blocks: Blocks(text)}
	for heading, want := range map[string][]string{
		"Page":      {"zero\n"},
		"With Helm": {"# a remark\none\n", "two\n"},
		"Later":     {"three\n"},
	} {
		section, err := page.Section(heading)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, block := range section.Blocks {
			got = append(got, block.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" || section.Text != text {
			t.Errorf("%s (-want +got):\n%s", heading, diff)
		}
	}
	for _, heading := range []string{"a remark", "With"} {
		if _, err := page.Section(heading); err == nil {
			t.Errorf("%q was taken for a heading", heading)
		}
	}
}
