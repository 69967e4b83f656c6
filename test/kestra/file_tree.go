package kestra

import (
	"path"
	"slices"
	"strings"
	"time"
)

type namespaceKey struct{ tenant, namespace string }

// fileTree is the files of one namespace. A file and a directory can have the same path: that is what a POST
// onto a directory makes.
type fileTree struct {
	files       map[string]*storedFile
	directories map[string]time.Time
}

// storedFile keeps its number of revisions when it is deleted.
type storedFile struct {
	content   []byte
	revisions int
	deleted   bool
	created   time.Time
	modified  time.Time
}

func newFileTree() *fileTree {
	return &fileTree{files: map[string]*storedFile{}, directories: map[string]time.Time{}}
}

func (t *fileTree) file(name string) *storedFile {
	if f := t.files[name]; f != nil && !f.deleted {
		return f
	}
	return nil
}

func (t *fileTree) isDirectory(name string) bool {
	_, exists := t.directories[name]
	return exists || name == "/"
}

// under a file nothing can be stored.
func (t *fileTree) underFile(name string) bool {
	for parent := path.Dir(name); parent != "/"; parent = path.Dir(parent) {
		if t.file(parent) != nil {
			return true
		}
	}
	return false
}

// put stores a new revision, whether or not the bytes differ, and makes the parents.
func (t *fileTree) put(name string, content []byte, now time.Time) {
	for parent := path.Dir(name); parent != "/"; parent = path.Dir(parent) {
		if !t.isDirectory(parent) {
			t.directories[parent] = now
		}
	}
	f := t.files[name]
	if f == nil {
		f = &storedFile{}
		t.files[name] = f
	}
	if f.revisions == 0 || f.deleted {
		f.created = now
	}
	f.content, f.modified, f.deleted = content, now, false
	f.revisions++
}

// children are the names directly in a directory, sorted.
func (t *fileTree) children(directory string) []string {
	var names []string
	for name := range t.files {
		if t.file(name) != nil && path.Dir(name) == directory {
			names = append(names, name)
		}
	}
	for name := range t.directories {
		if path.Dir(name) == directory && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// remove deletes a file or a directory with everything in it.
func (t *fileTree) remove(name string) {
	inside := strings.TrimSuffix(name, "/") + "/"
	for other, f := range t.files {
		if other == name || strings.HasPrefix(other, inside) {
			f.deleted = true
		}
	}
	for other := range t.directories {
		if other == name || strings.HasPrefix(other, inside) {
			delete(t.directories, other)
		}
	}
}

// emptied is what to remove so that no directory is left without children: the server climbs while a directory
// has one child, and never asks whether that child is what it was told to delete.
func (t *fileTree) emptied(name string) string {
	if name == "/" {
		return name
	}
	for parent := path.Dir(name); parent != "/" && len(t.children(parent)) == 1; parent = path.Dir(parent) {
		name = parent
	}
	return name
}
