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

// FileEntry is one file of a namespace.
type FileEntry struct {
	// Path within the namespace without a leading slash, such as "scripts/main.py". One that CheckFilePath
	// refuses is listed too, a directory as well, whose files are not.
	Path string
	// Size in bytes.
	Size int64
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
	entries, err := c.directory(ctx, directory)
	if IsNotFound(err) {
		return true
	}
	if err != nil {
		yield(FileEntry{}, err)
		return false
	}
	for _, entry := range entries {
		child := directory
		child.Name = strings.TrimPrefix(directory.Name+"/"+entry.FileName, "/")
		goesOn := true
		switch {
		case child.Name == flowsDirectory:
		case entry.Type == "File" || CheckFilePath(child.Name) != nil:
			goesOn = yield(FileEntry{Path: child.Name, Size: entry.Size}, nil)
		default:
			goesOn = c.walkDirectory(ctx, child, depth+1, yield)
		}
		if !goesOn {
			return false
		}
	}
	return true
}

// directoryEntry is the server's own form.
type directoryEntry struct {
	Type     string `json:"type"`
	FileName string `json:"fileName"`
	Size     int64  `json:"size"`
}

func (c *Client) directory(ctx context.Context, directory Target) (entries []directoryEntry, err error) {
	request := call{
		method: http.MethodGet,
		path:   []string{directory.Tenant, "namespaces", directory.Namespace, "files", "directory"},
		query:  map[string][]string{"path": {"/" + directory.Name}},
		what:   "directory " + directory.String(),
		read:   readJSON(&entries, maxDirectory),
	}
	return entries, c.do(ctx, request)
}
