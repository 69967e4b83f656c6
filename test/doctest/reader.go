package doctest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// defaultPatience is the time that one block may take.
	defaultPatience = 2 * time.Minute
	// lingering is how long a command's children may hold its output after it has ended.
	lingering = 5 * time.Second
)

// Reader is somebody who follows a page. Its fields are set before the first block.
type Reader struct {
	// Folder is where files are written and commands run; it holds what the page takes for granted.
	Folder string
	// Environment of the shell, as KEY=value: the whole of it.
	Environment []string
	// Placeholders are texts of the page's commands and files, by what they stand for here. What is printed is read the
	// other way.
	Placeholders map[string]string
	// Patience is the time that one block may take; two minutes when it is 0.
	Patience time.Duration

	// state are the commands that make a shell what the one before was at its end.
	state string
}

// Do does what a block asks for, and returns the block's text as it would look with what its commands print now. It is
// an error when a file cannot be written, when a command of sh fails, and when one of a console cannot be run; a console
// may show how a command fails.
func (r *Reader) Do(ctx context.Context, b Block) (string, error) {
	switch b.Language {
	case "yaml":
		return b.Text, r.write(b)
	case "sh":
		output, err := r.run(ctx, "set -e\n"+b.Text)
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, output)
		}
		return b.Text, err
	case "console":
		return r.talk(ctx, b.Text)
	}
	return b.Text, nil
}

// write writes a block that is a file, unless the folder has it already.
func (r *Reader) write(b Block) error {
	name, content, is := b.File()
	if !is {
		return nil
	}
	content = r.here(content)
	path := filepath.Join(r.Folder, filepath.FromSlash(name))
	if before, err := os.ReadFile(path); err == nil && string(before) == content {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// talk runs the commands of a console, each of which begins with a dollar and goes on after a backslash.
func (r *Reader) talk(ctx context.Context, text string) (string, error) {
	var shown strings.Builder
	command := ""
	for line := range strings.Lines(text) {
		if first, is := strings.CutPrefix(line, "$ "); is {
			command = first
		} else if strings.HasSuffix(command, "\\\n") {
			command += line
		} else {
			continue // printed by the command before
		}
		shown.WriteString(line)
		if strings.HasSuffix(command, "\\\n") {
			continue
		}
		output, err := r.run(ctx, command)
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return "", err
		}
		shown.WriteString(r.there(output))
		if output != "" && !strings.HasSuffix(output, "\n") {
			shown.WriteString("\n")
		}
	}
	return shown.String(), nil
}

// run has a shell run commands, in the state that the one before has left, and returns what is printed.
func (r *Reader) run(ctx context.Context, commands string) (string, error) {
	patience := r.Patience
	if patience == 0 {
		patience = defaultPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	left, err := os.CreateTemp("", "doctest-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(left.Name()) }() // it is in a temporary folder
	if err := left.Close(); err != nil {
		return "", err
	}
	leave := `trap '{ export -p; echo "cd \"$PWD\""; } > ` + left.Name() + `' EXIT` + "\n"
	shell := exec.CommandContext(ctx, "sh", "-c", r.state+leave+r.here(commands))
	shell.Dir, shell.Env, shell.WaitDelay = r.Folder, r.Environment, lingering
	output, err := shell.CombinedOutput()
	if ctx.Err() != nil {
		return string(output), fmt.Errorf("not done after %s: %w\n%s", patience, ctx.Err(), output)
	}
	state, readErr := os.ReadFile(left.Name())
	r.state = string(state)
	return string(output), errors.Join(err, readErr)
}

// here puts in what placeholders stand for, there puts the placeholders back.
func (r *Reader) here(text string) string {
	pairs := make([]string, 0, 2*len(r.Placeholders))
	for _, placeholder := range r.longestFirst() {
		pairs = append(pairs, placeholder, r.Placeholders[placeholder])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (r *Reader) there(text string) string {
	pairs := make([]string, 0, 2*len(r.Placeholders))
	for _, placeholder := range r.longestFirst() {
		pairs = append(pairs, r.Placeholders[placeholder], placeholder)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// longestFirst returns the placeholders so that one may be part of another; of equal length in the alphabet's order.
func (r *Reader) longestFirst() []string {
	return slices.SortedFunc(maps.Keys(r.Placeholders), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
}
