package kestra

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

const (
	// maxDepth bounds how deep directories are listed.
	maxDepth = 64
	// maxDirectory bounds the list of one directory, in bytes.
	maxDirectory = 64 << 20
)

// FileEntry is one file or directory of a namespace.
type FileEntry struct {
	// Path within the namespace without a leading slash, such as "scripts/main.py". One that CheckFilePath
	// refuses is listed too, a directory as well, whose files are not.
	Path string
	FileInfo
}

// Files lists the files of a namespace, one call for each directory. The directory of flows is left out, and
// so is one that is gone when its turn comes; a namespace without files is no error. An error ends the list.
func (c *Client) Files(ctx context.Context, tenant, namespace string) iter.Seq2[FileEntry, error] {
	return func(yield func(FileEntry, error) bool) {
		if err := (Target{Tenant: tenant, Namespace: namespace}).checkNamespace(); err != nil {
			yield(FileEntry{}, err)
			return
		}
		c.walkDirectory(ctx, Target{Tenant: tenant, Namespace: namespace}, 1, yield)
	}
}

// walkDirectory yields the files of a directory, of the namespace's root when its name is empty, and of what
// is below. It is false when the caller has had enough, or after an error.
func (c *Client) walkDirectory(ctx context.Context, directory Target, depth int, yield func(FileEntry, error) bool) bool {
	if depth > maxDepth {
		yield(FileEntry{}, fmt.Errorf("directory %s: deeper than %d levels", directory, maxDepth))
		return false
	}
	entries, err := c.Directory(ctx, directory)
	if IsNotFound(err) {
		return true
	}
	if err != nil {
		yield(FileEntry{}, err)
		return false
	}
	for _, entry := range entries {
		goesOn := true
		switch {
		case entry.Path == flowsDirectory:
		case !entry.FileInfo.Directory || CheckFilePath(entry.Path) != nil:
			goesOn = yield(entry, nil)
		default:
			child := directory
			child.Name = entry.Path
			goesOn = c.walkDirectory(ctx, child, depth+1, yield)
		}
		if !goesOn {
			return false
		}
	}
	return true
}

// Directory lists what is in one directory, in the root of the namespace when its name is empty. It is IsNotFound when
// there is none.
func (c *Client) Directory(ctx context.Context, directory Target) ([]FileEntry, error) {
	if err := directory.checkNamespace(); err != nil {
		return nil, err
	}
	if directory.Name != "" {
		if err := CheckFilePath(directory.Name); err != nil {
			return nil, err
		}
	}
	var answer []fileInfo
	err := c.do(ctx, call{
		method: http.MethodGet,
		path:   []string{directory.Tenant, "namespaces", directory.Namespace, "files", "directory"},
		query:  map[string][]string{"path": {"/" + directory.Name}},
		what:   "directory " + directory.String(),
		read:   readJSON(&answer, maxDirectory),
	})
	entries := make([]FileEntry, len(answer))
	for i, entry := range answer {
		entries[i] = FileEntry{strings.TrimPrefix(directory.Name+"/"+entry.FileName, "/"), entry.export()}
	}
	return entries, err
}
