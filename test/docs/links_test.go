package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	// besidesWords is what a forge drops of a heading to make its anchor.
	besidesWords = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	links := 0
	for _, page := range readPages(t) {
		for _, match := range link.FindAllStringSubmatch(page.Prose(), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(match[1], "#")
			target := filepath.Join(project, page.Path)
			if path != "" {
				target = filepath.Join(project, filepath.Dir(page.Path), path)
			}
			info, err := os.Stat(target)
			if err != nil {
				t.Errorf("%s: the link %q leads nowhere", page.Path, match[1])
				continue
			}
			if anchor != "" && (info.IsDir() || !hasAnchor(t, target, anchor)) {
				t.Errorf("%s: the link %q names no heading of %s", page.Path, match[1], target)
			}
		}
	}
	if links < 30 {
		t.Errorf("found only %d links; the search does not work", links)
	}
}

func hasAnchor(t *testing.T, path, anchor string) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range heading.FindAllStringSubmatch(string(text), -1) {
		words := besidesWords.ReplaceAllString(strings.ToLower(match[1]), "")
		if strings.ReplaceAll(words, " ", "-") == anchor {
			return true
		}
	}
	return false
}
