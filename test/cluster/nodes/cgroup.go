package nodes

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cgroupPrefix begins the name of every node's cgroup; its folder's name follows.
const cgroupPrefix = "kestra-operator-"

// cgroupHierarchies are the folders that can hold a node's cgroup: the unified
// hierarchy's root, or those of version 1.
var cgroupHierarchies = []string{"/sys/fs/cgroup", "/sys/fs/cgroup/*"}

// cgroupOf is the name of the cgroup that holds a node's pods, given its folder.
func cgroupOf(dir string) string { return cgroupPrefix + filepath.Base(dir) }

// removeCgroups removes the cgroups of a node whose processes are gone: unlike its
// namespaces they do not vanish by themselves.
func removeCgroups(name string) {
	for _, hierarchy := range cgroupHierarchies {
		roots, _ := filepath.Glob(filepath.Join(hierarchy, name))
		for _, root := range roots {
			removeTree(root)
		}
	}
}

// removeAbandonedCgroups removes those of nodes whose folder, a neighbour of dir, is
// gone: their owners were killed.
func removeAbandonedCgroups(dir string) {
	for _, hierarchy := range cgroupHierarchies {
		roots, _ := filepath.Glob(filepath.Join(hierarchy, cgroupPrefix+"run-*"))
		for _, root := range roots {
			owner := filepath.Join(filepath.Dir(dir), strings.TrimPrefix(filepath.Base(root), cgroupPrefix))
			if _, err := os.Stat(owner); errors.Is(err, fs.ErrNotExist) {
				removeTree(root)
			}
		}
	}
}

// removeTree removes folders from the inside out. A cgroup's files cannot be
// removed, and go with their folder.
func removeTree(root string) {
	var folders []string
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return nil
	})
	for _, folder := range slices.Backward(folders) {
		_ = os.Remove(folder)
	}
}
