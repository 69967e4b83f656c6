package node

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// cgroupHierarchies are the folders that can hold a node's cgroup: the unified
// hierarchy's root, or those of version 1.
var cgroupHierarchies = []string{"/sys/fs/cgroup", "/sys/fs/cgroup/*"}

// removeCgroups removes the cgroups of a node whose processes are gone: unlike the
// namespaces they do not vanish by themselves. What is still in use stays.
func removeCgroups(name string) {
	for _, hierarchy := range cgroupHierarchies {
		roots, _ := filepath.Glob(filepath.Join(hierarchy, name))
		for _, root := range roots {
			removeTree(root)
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
