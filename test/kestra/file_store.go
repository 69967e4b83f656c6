package kestra

import "bytes"

// withFiles runs f on the files of a namespace.
func (s *store) withFiles(key namespaceKey, f func(*fileTree)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tree := s.files[key]
	if tree == nil {
		tree = newFileTree()
		s.files[key] = tree
	}
	f(tree)
}

func (s *store) file(key namespaceKey, name string) (content []byte, found bool) {
	s.withFiles(key, func(t *fileTree) {
		if f := t.file(name); f != nil {
			content, found = bytes.Clone(f.content), true
		}
	})
	return content, found
}
