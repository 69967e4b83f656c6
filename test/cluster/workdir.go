package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// workdir is a private folder of one running cluster. Its owner holds a lock on it
// for as long as it lives, so that the folder of a killed owner is recognised and
// removed by whoever comes next.
type workdir struct {
	path string
	lock *flock.Flock
}

// newWorkdir makes a folder and removes those whose owners died.
func newWorkdir(ctx context.Context) (*workdir, error) {
	parent := filepath.Join(os.TempDir(), fmt.Sprintf("kestra-operator-cluster-%d", os.Getuid()))
	var w *workdir
	// One at a time: a folder is made and locked before anyone may look at it.
	err := withLock(ctx, filepath.Join(parent, ".lock"), io.Discard, func() (err error) {
		removeAbandoned(parent)
		path, err := os.MkdirTemp(parent, "run-")
		if err != nil {
			return err
		}
		w = &workdir{path: path, lock: flock.New(filepath.Join(path, ".lock"))}
		_, err = w.lock.TryLock()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	return w, nil
}

// removeAbandoned deletes the folders that nobody holds. What cannot be removed
// now is left for the next run.
func removeAbandoned(parent string) {
	runs, _ := filepath.Glob(filepath.Join(parent, "run-*"))
	for _, run := range runs {
		lock := flock.New(filepath.Join(run, ".lock"))
		if free, err := lock.TryLock(); err == nil && free {
			_ = os.RemoveAll(run)
		}
		_ = lock.Close()
	}
}

// file is the path of a file in the folder.
func (w *workdir) file(name string) string { return filepath.Join(w.path, name) }

// remove deletes the folder and lets go of it.
func (w *workdir) remove() error {
	return errors.Join(os.RemoveAll(w.path), w.lock.Close())
}
