package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// progressInterval is how often a running compilation says that it is alive.
const progressInterval = 15 * time.Second

// assetsVariable names the folder of ready-made binaries, as envtest does.
const assetsVariable = "KUBEBUILDER_ASSETS"

// Build compiles the control plane's binaries (kube-apiserver, etcd, kubectl)
// unless they are cached already, and returns the path of each by name. It needs
// Go and a module proxy; about five minutes on two cores the first time. When
// KUBEBUILDER_ASSETS is set, nothing is built and its binaries are returned.
// Progress goes to log.
func Build(ctx context.Context, log io.Writer) (map[string]string, error) {
	if assets := os.Getenv(assetsVariable); assets != "" {
		return readyMade(assets, controlPlaneCommands)
	}
	return build(ctx, log, controlPlaneCommands)
}

// readyMade finds the commands in a folder that somebody else has filled.
func readyMade(folder string, commands []command) (map[string]string, error) {
	paths := map[string]string{}
	for _, c := range commands {
		path := filepath.Join(folder, c.name)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s is %q but lacks %s (unset it to build the binaries from source): %w", assetsVariable, folder, c.name, err)
		}
		paths[c.name] = path
	}
	return paths, nil
}

// build compiles the commands that are not cached, one after the other: each
// uses every core, and an interrupted build goes on where it was, since finished
// binaries stay and Go caches compiled packages.
func build(ctx context.Context, log io.Writer, commands []command) (map[string]string, error) {
	root, err := projectRoot()
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, c := range commands {
		version, err := c.version(root)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(cacheDir(root), c.folder+"-"+version, "bin", c.name)
		paths[c.name] = path
		if exists(path) {
			continue
		}
		err = withLock(ctx, filepath.Join(filepath.Dir(filepath.Dir(path)), ".lock"), log, func() error {
			if exists(path) {
				return nil
			}
			return c.compile(ctx, root, version, path, log)
		})
		if err != nil {
			return nil, fmt.Errorf("build %s %s: %w", c.name, version, err)
		}
	}
	return paths, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// compile builds the command and moves it into place when it is whole, so that a
// path in the cache is always a finished binary.
func (c command) compile(ctx context.Context, root, version, path string, log io.Writer) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	started := time.Now()
	_, _ = fmt.Fprintf(log, "cluster: building %s %s\n", c.name, version)
	ldflags := "-s -w"
	if c.ldflags != nil {
		ldflags += " " + c.ldflags(version)
	}
	partial := path + ".partial"
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-ldflags", ldflags, "-o", partial, c.pkg)
	cmd.Dir = c.dir(root)
	// GOFLAGS and GOWORK of the caller are about the caller's module, not this one.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if err := runWithProgress(cmd, c.name, log); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(log, "cluster: built %s %s in %s\n", c.name, version, time.Since(started).Round(time.Second))
	return nil
}

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
		if line := lines.Text(); strings.ContainsAny(line, " \t") {
			if !strings.HasPrefix(line, "go: downloading ") {
				complaints = append(complaints, line)
			}
			continue
		}
		packages++
		if time.Since(last) >= progressInterval {
			last = time.Now()
			_, _ = fmt.Fprintf(log, "cluster: building %s: %d packages compiled\n", name, packages)
		}
	}
	if err := cmd.Wait(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", cmd, err), errors.New(strings.Join(complaints, "\n")))
	}
	return nil
}
