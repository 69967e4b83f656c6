package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"

	"github.com/kestra-operator/kestra-operator/test/demo/recording"
)

// console shows commands and what they print.
type console struct {
	w     io.Writer
	color bool
	// shown is everything so far.
	shown []recording.Entry
}

// newConsole colours what a terminal shows.
func newConsole(w io.Writer) *console {
	return &console{w: w, color: w == os.Stdout && term.IsTerminal(int(os.Stdout.Fd()))}
}

func (c *console) title(format string, arguments ...any) {
	text := fmt.Sprintf(format, arguments...)
	c.shows(recording.Title, text)
	_, _ = fmt.Fprintf(c.w, "\n%s\n", c.paint("1;36", text))
}

func (c *console) say(format string, arguments ...any) {
	text := "# " + fmt.Sprintf(format, arguments...)
	c.shows(recording.Remark, text)
	_, _ = fmt.Fprintln(c.w, c.paint("2", text))
}

func (c *console) command(text string) {
	c.shows(recording.Command, "$ "+text)
	_, _ = fmt.Fprintln(c.w, c.paint("1", "$ "+text))
}

func (c *console) output(text string) {
	if text = strings.TrimRight(text, "\n"); text != "" {
		c.shows(recording.Output, text)
		_, _ = fmt.Fprintln(c.w, text)
	}
}

func (c *console) shows(kind recording.Kind, text string) {
	c.shown = append(c.shown, recording.Entry{Kind: kind, Text: text})
}

// run shows a command as it would be typed, runs it and shows what it prints.
func (c *console) run(command *exec.Cmd, shown string) (string, error) {
	c.command(shown)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	c.output(output.String())
	return output.String(), err
}

func (c *console) paint(code, text string) string {
	if !c.color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
