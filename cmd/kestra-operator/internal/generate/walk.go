package generate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// skipped is a file that was left out, and why.
type skipped struct {
	path   string
	reason error
}

func (s skipped) Error() string { return s.path + ": left out: " + s.reason.Error() }
func (s skipped) Unwrap() error { return s.reason }

// walk calls visit with each regular file below a folder, by its path with slashes. What visit refuses, and
// links and devices, are collected; only a folder that cannot be read at all ends the walk.
func walk(folder string, exclude []string, visit func(root *os.Root, name string) error) (left []error, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	defer func() { _ = root.Close() }() // opened for reading
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch out, err := excluded(exclude, name); {
		case err != nil:
			return err
		case out && entry.IsDir():
			return fs.SkipDir
		case out || entry.IsDir():
			return nil
		}
		if !entry.Type().IsRegular() {
			err = errors.New("not a regular file; links are not followed")
		} else {
			err = visit(root, name)
		}
		if err != nil {
			left = append(left, skipped{name, err})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the folder %s: %w", folder, err)
	}
	return left, nil
}

// excluded tells whether a pattern matches a file's or folder's own name, or its path.
func excluded(patterns []string, name string) (bool, error) {
	for _, pattern := range patterns {
		for _, text := range []string{name, path.Base(name)} {
			matches, err := path.Match(pattern, text)
			if err != nil {
				return false, fmt.Errorf("pattern %q: %w", pattern, err)
			}
			if matches && name != "." {
				return true, nil
			}
		}
	}
	return false, nil
}

// read returns a file's content, of at most limit bytes.
func read(root *os.Root, name string, limit int) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // opened for reading
	content, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(content) > limit {
		return nil, fmt.Errorf("larger than the %d bytes that an object can hold", limit)
	}
	return content, nil
}
