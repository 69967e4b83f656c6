package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("update", false, "write what the commands of the tutorial print into the page")

const tutorial = "docs/tutorial.md"

var (
	fence = regexp.MustCompile("(?ms)^```(yaml|sh|console)\n(.*?)^```$")
	// named is the first line of a block that is a file.
	named = regexp.MustCompile(`^# ([a-z-]+\.yaml)\n`)
	// age is what differs from one run to the next.
	age = regexp.MustCompile(`\b(\d+m)?\d+s\b`)
)

// The whole page is done, in its order, on the stage that its first command sets.
func TestTheTutorialHolds(t *testing.T) {
	t.Setenv("KESTRA_URL", "") // the development Kestra, whatever the environment names
	t.Chdir("../..")
	text, err := os.ReadFile(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	stage, err := setUp(t.Context(), newConsole(&out))
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	defer func() {
		if err := stage.tearDown(); err != nil {
			t.Error(err)
		}
	}()
	environment, err := stage.terminal()
	if err != nil {
		t.Fatal(err)
	}
	reader := reader{t: t, folder: t.TempDir(), environment: append(os.Environ(), environment...)}
	done := fence.ReplaceAllStringFunc(string(text), func(block string) string {
		parts := fence.FindStringSubmatch(block)
		return "```" + parts[1] + "\n" + reader.does(parts[1], parts[2]) + "```"
	})
	if reader.commands < 15 {
		t.Errorf("only %d commands were found; the search does not work", reader.commands)
	}
	if *rewrite {
		if err := os.WriteFile(tutorial, []byte(done), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(age.ReplaceAllString(string(text), "0s"), age.ReplaceAllString(done, "0s")); diff != "" {
		t.Errorf("the commands print something else than the page says (-page +printed):\n%s", diff)
	}
}

// reader is somebody who follows the page.
type reader struct {
	t           *testing.T
	folder      string
	environment []string
	commands    int
}

// does what a block asks for, and returns the block as it would look.
func (r *reader) does(language, text string) string {
	switch {
	case named.MatchString(text):
		name := named.FindStringSubmatch(text)
		if err := os.WriteFile(filepath.Join(r.folder, name[1]), []byte(strings.TrimPrefix(text, name[0])), 0o600); err != nil {
			r.t.Fatal(err)
		}
	case language == "sh" && !strings.Contains(text, "playground") && !strings.Contains(text, "environment"):
		if output, err := r.runs(text); err != nil {
			r.t.Errorf("%s: %v\n%s", text, err, output)
		}
	case language == "console":
		var shown strings.Builder
		for line := range strings.Lines(text) {
			if command, is := strings.CutPrefix(line, "$ "); is {
				output, _ := r.runs(command) // a refusal is what the page is about
				shown.WriteString(line + output)
			}
		}
		return shown.String()
	}
	return text
}

// runs a command as a shell does, and returns what it prints.
func (r *reader) runs(command string) (string, error) {
	r.commands++
	shell := exec.CommandContext(r.t.Context(), "sh", "-c", command)
	shell.Dir, shell.Env = r.folder, r.environment
	output, err := shell.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return string(output), err
}
