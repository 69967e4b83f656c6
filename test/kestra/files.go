package kestra

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// flowsFolder is the folder whose files are flows.
const flowsFolder = "/_flows"

// maxComponent bounds the length of each part of a path.
const maxComponent = 255

func namespaceOf(c *call) namespaceKey { return namespaceKey{c.tenant, c.PathValue("namespace")} }

// filePath reads the query's path. A slash in front is added where it is missing.
func (s *Server) filePath(c *call) (string, error) {
	if !c.URL.Query().Has("path") {
		return "", &apiError{
			status:  http.StatusUnprocessableEntity,
			message: "Invalid route params: Required QueryValue [path] not specified",
		}
	}
	name := "/" + strings.TrimPrefix(c.URL.Query().Get("path"), "/")
	if strings.Contains(name, "/..") || strings.Contains(name, "../") {
		return "", illegalArgument("File should be accessed with their full path and not using relative '..' path.")
	}
	return path.Clean(name), nil
}

func missingFile(c *call, name string) error {
	return notFound(fmt.Sprintf("File '%s' was not found in namespace '%s'.", name, c.PathValue("namespace")))
}

// storageError is what the server's file system says, with the path on its disk.
func storageError(c *call, name, reason string) error {
	return notFound("/storage" + storagePath(c, name) + " (" + reason + ")")
}

// storagePath is where a namespace's file lies in the server's internal storage.
func storagePath(c *call, name string) string {
	return "/" + strings.ReplaceAll(c.PathValue("namespace"), ".", "/") + "/_files" + strings.TrimSuffix(name, "/")
}

func (s *Server) getFile(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	content, found := s.store.file(namespaceOf(c), name)
	if !found {
		return answer{}, missingFile(c, name)
	}
	return answer{
		status: http.StatusOK,
		header: http.Header{"Content-Type": {"application/octet-stream"}, "Cache-Control": {"no-cache"}},
		body:   content,
	}, nil
}

func (s *Server) getFileStats(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	var stats map[string]any
	s.store.withFiles(namespaceOf(c), func(t *fileTree) { stats = t.stats(name) })
	if stats == nil {
		return answer{}, missingFile(c, name)
	}
	return jsonAnswer(stats)
}

// stats of a file or directory; nil when there is neither.
func (t *fileTree) stats(name string) map[string]any {
	entry := func(kind string, size int, created, modified time.Time) map[string]any {
		return map[string]any{
			"type": kind, "size": size, "fileName": strings.TrimPrefix(path.Base(name), "/"),
			"lastModifiedTime": modified.UnixMilli(), "creationTime": created.UnixMilli(),
			"metadata": map[string]any{},
		}
	}
	if f := t.file(name); f != nil {
		return entry("File", len(f.content), f.created, f.modified)
	}
	if t.isDirectory(name) {
		return entry("Directory", 0, t.directories[name], t.directories[name])
	}
	return nil
}

func (s *Server) listDirectory(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	entries, exists := []any{}, false
	s.store.withFiles(namespaceOf(c), func(t *fileTree) {
		exists = t.isDirectory(name)
		for _, child := range t.children(name) {
			entries = append(entries, t.stats(child))
		}
	})
	if !exists {
		return answer{}, notFound("Directory not found: " + name)
	}
	return jsonAnswer(entries)
}

func (s *Server) listFileRevisions(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	var revisions []any
	s.store.withFiles(namespaceOf(c), func(t *fileTree) {
		if f := t.file(name); f != nil {
			for i := range f.revisions {
				revisions = append(revisions, map[string]any{"revision": i + 1})
			}
		}
	})
	if revisions == nil {
		return answer{}, notFound("File not found: " + name)
	}
	return jsonAnswer(revisions)
}

func (s *Server) deleteFile(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	if isFlowFile(name) {
		return answer{}, illegalArgument("Forbidden path: " + name)
	}
	exists := false
	s.store.withFiles(namespaceOf(c), func(t *fileTree) {
		exists = t.file(name) != nil || t.isDirectory(name)
		if exists || s.dialect.siblingTrap {
			t.remove(t.emptied(name))
		}
	})
	switch {
	case name == "/":
		s.violation(c, EmptyNamespace)
	case !exists:
		s.violation(c, DeleteMissingFile)
	}
	return empty(http.StatusOK), nil
}

func isFlowFile(name string) bool {
	return name == flowsFolder || strings.HasPrefix(name, flowsFolder+"/")
}

// checkURI refuses a path that is no URI when written as it is, where the server builds one so.
func (s *Server) checkURI(c *call, name string) error {
	if !s.dialect.strictFilePath {
		return nil
	}
	// The server trips over the parent directory, which it makes before the file.
	uri := "kestra://" + storagePath(c, path.Dir(name))
	if i := strings.IndexAny(uri, " \\<>{}|^`\""); i >= 0 {
		return illegalArgument(fmt.Sprintf("Illegal character in path at index %d: %s", i, uri))
	}
	if _, err := url.Parse(uri); err != nil {
		return illegalArgument("Malformed path: " + uri)
	}
	return nil
}
