package build

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// progressInterval is how often a running compilation says that it is alive.
const progressInterval = 15 * time.Second

// runWithProgress runs a `go build -v`, which names each package it compiles, and
// reports their number now and then. What the compiler complains about is in the
// error.
func runWithProgress(cmd *exec.Cmd, name string, log io.Writer) error {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	var complaints []string
	packages, last := 0, time.Now()
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "go: downloading "):
		case strings.ContainsAny(line, " \t"):
			complaints = append(complaints, line)
		default:
			packages++
		}
		if time.Since(last) >= progressInterval {
			last = time.Now()
			_, _ = fmt.Fprintf(log, "cluster: building %s: %d packages compiled\n", name, packages)
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, strings.Join(complaints, "\n"))
	}
	return nil
}
