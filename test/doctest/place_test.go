package doctest

import (
	"slices"
	"testing"
)

const project = "../.."

func TestEveryExceptionIsAboutABlock(t *testing.T) {
	pages, err := Pages(project)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range exceptions {
		if !slices.ContainsFunc(pages, func(page Page) bool {
			return slices.ContainsFunc(page.Blocks, func(b Block) bool {
				return slices.IndexFunc(exceptions, func(other exception) bool { return other.about(page, b) }) == i
			})
		}) {
			t.Errorf("no block of %s begins with %q", e.page, e.begins)
		}
		if e.why == "" {
			t.Errorf("nothing says why %q of %s is run %s", e.begins, e.page, e.place)
		}
	}
}

// A language that nobody knows would hide a block from the tests.
func TestCommandsAreInBlocksOfAKnownLanguage(t *testing.T) {
	pages, err := Pages(project)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		for _, b := range page.Blocks {
			if !slices.Contains([]string{"sh", "console", "yaml", "text"}, b.Language) {
				t.Errorf("%s is in %q: write sh or console for commands, yaml for manifests, text for anything else", page.at(b), b.Language)
			}
		}
	}
}
