package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// cacheVariable names the environment variable that moves the cache.
const cacheVariable = "KESTRA_OPERATOR_CACHE"

// lockPoll is how often a process that waits for another's build looks again.
const lockPoll = 200 * time.Millisecond

// projectRoot is the nearest folder at or above the working directory that holds
// this project's go.mod. `go test` runs in the package's folder, so that it is
// found from every test.
func projectRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project's root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "test", "cluster", "modules")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the project's root: no folder at or above %s holds test/cluster/modules", start)
		}
	}
}

// cacheDir is where built binaries are kept between runs.
func cacheDir(root string) string {
	if dir := os.Getenv(cacheVariable); dir != "" {
		return dir
	}
	return filepath.Join(root, ".cache", "cluster")
}

// withLock runs do while this process alone holds the lock file, so that test
// binaries that run in parallel wait for one build instead of each making it.
func withLock(ctx context.Context, file string, log io.Writer, do func() error) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("lock %s: %w", file, err)
	}
	lock := flock.New(file)
	defer func() { err = errors.Join(err, lock.Close()) }()
	locked, err := lock.TryLock()
	if err == nil && !locked {
		_, _ = fmt.Fprintf(log, "cluster: waiting for another process that holds %s\n", file)
		_, err = lock.TryLockContext(ctx, lockPoll)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", file, err)
	}
	return do()
}
