package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster/filelock"
)

// Commands builds each command and returns the path of every binary by name.
func Commands(ctx context.Context, log io.Writer, commands ...Command) (map[string]string, error) {
	paths := map[string]string{}
	for _, command := range commands {
		path, err := command.Build(ctx, log)
		if err != nil {
			return nil, err
		}
		paths[command.Name] = path
	}
	return paths, nil
}

// Build compiles the command unless it is cached, and returns the path of its binary.
// Progress goes to log. An interrupted build goes on where it was: finished binaries
// stay, and Go caches compiled packages. Processes that want the same module wait for
// each other.
func (c Command) Build(ctx context.Context, log io.Writer) (string, error) {
	path, err := c.cached(ctx, log)
	if err != nil {
		return "", fmt.Errorf("build %s: %w", c.Name, err)
	}
	return path, nil
}

// cached is the path of the command's binary, which is there by then.
func (c Command) cached(ctx context.Context, log io.Writer) (string, error) {
	version, err := c.Module.Version()
	if err != nil {
		return "", err
	}
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, c.Module.Folder+"-"+version)
	path := filepath.Join(dir, "bin", c.Name)
	if exists(path) {
		return path, nil
	}
	return path, filelock.Do(ctx, filepath.Join(dir, ".lock"), log, func() error {
		if exists(path) {
			return nil
		}
		return c.compile(ctx, version, path, log)
	})
}

// compile builds the command and moves it into place when it is whole, so that a
// path in the cache is always a finished binary.
func (c Command) compile(ctx context.Context, version, path string, log io.Writer) error {
	dir, err := c.Module.dir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	flags := "-s -w"
	if c.Module.linkerFlags != nil {
		flags += " " + c.Module.linkerFlags(version)
	}
	started, partial := time.Now(), path+".partial"
	_, _ = fmt.Fprintf(log, "cluster: building %s %s\n", c.Name, version)
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-tags", c.Module.tags, "-ldflags", flags, "-o", partial, c.Package)
	cmd.Dir, cmd.Env = dir, Environment()
	if err := runWithProgress(cmd, c.Name, log); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(log, "cluster: built %s %s in %s\n", c.Name, version, time.Since(started).Round(time.Second))
	return nil
}
