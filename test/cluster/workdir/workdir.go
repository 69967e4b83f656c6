// Package workdir gives a running cluster a private folder for data, certificates
// and logs. Its owner holds a lock on it for as long as it lives, so that the folder
// of a killed owner is recognised and removed by whoever comes next; a folder in use
// never is.
package workdir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/kestra-operator/kestra-operator/test/cluster/filelock"
)

// Dir is a private folder.
type Dir struct {
	// Path is absolute, and its last element unique among living and dead folders.
	Path string
	lock *flock.Flock
	logs []*os.File
}

// New makes a folder and removes those whose owners died.
func New(ctx context.Context) (*Dir, error) {
	parent := filepath.Join(os.TempDir(), fmt.Sprintf("kestra-operator-cluster-%d", os.Getuid()))
	var dir *Dir
	// One at a time: a folder is made and locked before anyone may look at it.
	err := filelock.Do(ctx, filepath.Join(parent, ".lock"), io.Discard, func() error {
		removeAbandoned(parent)
		path, err := os.MkdirTemp(parent, "run-")
		if err != nil {
			return err
		}
		dir = &Dir{Path: path, lock: flock.New(filepath.Join(path, ".lock"))}
		_, err = dir.lock.TryLock()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	return dir, nil
}

// removeAbandoned deletes the folders that nobody holds. What cannot be removed now
// is left for the next run.
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

// File is the path of a file in the folder.
func (d *Dir) File(name string) string { return filepath.Join(d.Path, name) }

// Log makes a log file for a process, in a folder below if its name says so.
func (d *Dir) Log(process string) (*os.File, error) {
	log, err := os.Create(d.File(process + ".log"))
	if err != nil {
		return nil, fmt.Errorf("make the log of %s: %w", process, err)
	}
	d.logs = append(d.logs, log)
	return log, nil
}

// Remove deletes the folder and lets go of it.
func (d *Dir) Remove() error {
	var errs []error
	for _, log := range d.logs {
		errs = append(errs, log.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(d.Path), d.lock.Close())...)
}
