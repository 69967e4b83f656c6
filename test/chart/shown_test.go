package chart

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// shownInstallation finds an installation by Helm in a page, with the lines that continue it.
	shownInstallation = regexp.MustCompile(`(?m)^helm install (?:.*\\\n)*.*$`)
	// shownValues finds a block of values in a page.
	shownValues = regexp.MustCompile("(?ms)^```yaml\n((?:# values.yaml|metrics:)\n.*?)^```")
)

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryInstallationThatIsShownIsOneThatHelmMakes(t *testing.T) {
	for name, want := range map[string]int{"README.md": 1, "charts/kestra-operator/README.md": 2} {
		commands := shownInstallation.FindAllString(readPage(t, name), -1)
		if len(commands) != want {
			t.Errorf("%s: found %d installations, want %d", name, len(commands), want)
		}
		for _, command := range commands {
			words := strings.Fields(strings.ReplaceAll(command, "\\\n", " "))[1:]
			for i, word := range words {
				if word == "charts/kestra-operator" {
					words[i] = chartFolder
				}
			}
			if _, stderr, err := helm(t, "", append(words, "--dry-run=client")...); err != nil {
				t.Errorf("%s: %s: %v\n%s", name, command, err, stderr)
			}
		}
	}
}

func TestValuesThatAreShownAreTaken(t *testing.T) {
	for _, name := range []string{"docs/guides/observing.md", "docs/guides/several-operators.md"} {
		shown := shownValues.FindAllStringSubmatch(readPage(t, name), -1)
		if len(shown) == 0 {
			t.Errorf("%s shows no values; the search does not work", name)
		}
		for _, values := range shown {
			if _, stderr, err := helm(t, values[1], "template", "r", chartFolder, "--values", "-"); err != nil {
				t.Errorf("%s: %v\n%s\n%s", name, err, stderr, values[1])
			}
		}
	}
}
