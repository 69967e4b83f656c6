package docs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/doctest"
)

// program is the operator's binary, built once for the tests of this package.
var program string

func TestMain(m *testing.M) { os.Exit(withProgram(m)) }

func withProgram(m *testing.M) int {
	folder, err := os.MkdirTemp("", "kestra-operator")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	program = filepath.Join(folder, "kestra-operator")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program, "./cmd/kestra-operator")
	build.Dir = project
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// commandLine finds a call of the program in a line of a shell or in a span of code.
var (
	commandLine = regexp.MustCompile(`(?:^|[\s|(])kestra-operator( [^|>;&)#` + "`" + `]*)`)
	codeSpan    = regexp.MustCompile("`(kestra-operator [^`\n]+)`")
	// examples are those of a help text.
	examples = regexp.MustCompile(`(?m)^Examples:\n(  .*\n)+`)
	flagName = regexp.MustCompile(`^--?[a-zA-Z][a-z-]*`)
)

func TestEveryCommandLineIsOneThatTheProgramTakes(t *testing.T) {
	found := 0
	for _, page := range readPages(t) {
		for _, line := range commandLinesOf(page) {
			found++
			if err := takes(t, strings.Fields(line)); err != nil {
				t.Errorf("%s: kestra-operator%s: %v", page.Path, line, err)
			}
		}
	}
	if found < 30 {
		t.Errorf("found only %d command lines; the search does not work", found)
	}
}

// commandLinesOf returns the arguments of every call of the program that a page shows.
func commandLinesOf(p doctest.Page) []string {
	var lines []string
	for _, span := range codeSpan.FindAllStringSubmatch(asProgram(p.Prose()), -1) {
		lines = append(lines, strings.TrimPrefix(span[1], "kestra-operator"))
	}
	for _, block := range p.Blocks {
		commands := block.Text
		if !block.HasCommands() {
			commands = examples.FindString(commands)
		}
		text := asProgram(strings.ReplaceAll(commands, "\\\n", " "))
		for line := range strings.Lines(text) {
			if block.Language == "console" && !strings.HasPrefix(line, "$ ") || notTheProgram(line) {
				continue
			}
			for _, match := range commandLine.FindAllStringSubmatch(strings.TrimSpace(line), -1) {
				lines = append(lines, match[1])
			}
		}
	}
	return lines
}

// asProgram writes the calls of kubectl's plugin as what they are, calls of the program.
func asProgram(text string) string {
	return strings.ReplaceAll(text, "kubectl kestra ", "kestra-operator kubectl ")
}

// notTheProgram is true for lines in which "kestra-operator" is the name of a namespace or a release.
func notTheProgram(line string) bool {
	line = strings.TrimPrefix(line, "$ ")
	return strings.HasPrefix(line, "helm ") || strings.HasPrefix(line, "kubectl ") && !strings.Contains(line, "| kestra-operator")
}

// takes returns why the program would not take the arguments: an unknown command or flag.
func takes(t *testing.T, arguments []string) error {
	t.Helper()
	command, help := []string{}, helpOf(t)
	for _, word := range arguments {
		if name := flagName.FindString(word); name != "" {
			if !regexp.MustCompile(`(?m)(?:^|[ ,])` + regexp.QuoteMeta(name) + `[ ,=\n]`).MatchString(help) {
				return fmt.Errorf("there is no flag %s", name)
			}
			continue
		}
		if _, list, more := strings.Cut(help, "Available Commands:\n"); more {
			if !regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(word) + ` `).MatchString(list) {
				return fmt.Errorf("there is no command %q", word)
			}
			command = append(command, word)
			help = helpOf(t, command...)
		}
	}
	return nil
}

// helps are the help texts that were asked for, by command.
var helps = map[string]string{}

func helpOf(t *testing.T, command ...string) string {
	t.Helper()
	key := strings.Join(command, " ")
	if help, asked := helps[key]; asked {
		return help
	}
	output, err := exec.CommandContext(t.Context(), program, append(slices.Clone(command), "--help")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v --help: %v\n%s", command, err, output)
	}
	helps[key] = string(output)
	return helps[key]
}
