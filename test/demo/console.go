package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// console shows commands and what they print.
type console struct {
	w     io.Writer
	color bool
}

func (c *console) title(format string, arguments ...any) {
	_, _ = fmt.Fprintf(c.w, "\n%s\n", c.paint("1;36", fmt.Sprintf(format, arguments...)))
}

func (c *console) say(format string, arguments ...any) {
	_, _ = fmt.Fprintf(c.w, c.paint("2", "# "+format)+"\n", arguments...)
}

func (c *console) command(text string) {
	_, _ = fmt.Fprintln(c.w, c.paint("1", "$ "+text))
}

func (c *console) output(text string) {
	if text = strings.TrimRight(text, "\n"); text != "" {
		_, _ = fmt.Fprintln(c.w, text)
	}
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
