// Package filelock lets processes take turns: test binaries of several packages run
// at the same time and share the cache. A lock ends with its process, however that
// ends.
package filelock

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

// poll is how often a waiting process looks again.
const poll = 200 * time.Millisecond

// Do runs do while this process alone holds the lock file, which is made when it is
// missing. That it has to wait is told to log.
func Do(ctx context.Context, file string, log io.Writer, do func() error) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("lock %s: %w", file, err)
	}
	lock := flock.New(file)
	defer func() { err = errors.Join(err, lock.Close()) }()
	locked, err := lock.TryLock()
	if err == nil && !locked {
		_, _ = fmt.Fprintf(log, "cluster: waiting for another process that holds %s\n", file)
		_, err = lock.TryLockContext(ctx, poll)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", file, err)
	}
	return do()
}
