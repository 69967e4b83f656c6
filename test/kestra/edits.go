package kestra

import (
	"bytes"
	"time"
)

// The methods in this file act on what is stored without a request: as someone in Kestra's own user interface,
// or as a test that looks. None of them judges, logs or fails.

// Clear forgets everything that is stored, with all revisions, as if the server were new.
func (s *Server) Clear() { s.store.clear() }

// Flow returns the newest revision of a flow, unless it is missing or deleted.
func (s *Server) Flow(tenant, namespace, id string) (Flow, bool) {
	return s.store.flow(flowKey{tenant, namespace, id})
}

// Flows returns the newest revision of each flow of a tenant, by namespace and id.
func (s *Server) Flows(tenant string) []Flow { return s.store.list(tenant) }

// FlowRevisions returns every revision of a flow, oldest first, deletions included.
func (s *Server) FlowRevisions(tenant, namespace, id string) []Flow {
	return s.store.revisions(flowKey{tenant, namespace, id})
}

// PutFlow stores a text under a flow's name, whatever it says, and returns the newest revision. A text that is
// already there makes no new one.
func (s *Server) PutFlow(tenant, namespace, id, source string) Flow {
	key := flowKey{tenant, namespace, id}
	for {
		if flow, created := s.store.create(key, source, false); created {
			return flow
		}
		if flow, _, found := s.store.update(key, source, false); found {
			return flow
		}
	}
}

// DeleteFlow deletes a flow and tells whether it was there.
func (s *Server) DeleteFlow(tenant, namespace, id string) bool {
	return s.store.delete(flowKey{tenant, namespace, id})
}

// KeyValue returns a key-value that is there and has not expired.
func (s *Server) KeyValue(tenant, namespace, key string) (KeyValue, bool) {
	for _, kv := range s.KeyValues(tenant) {
		if kv.Namespace == namespace && kv.Key == key {
			return kv, true
		}
	}
	return KeyValue{}, false
}

// KeyValues returns the key-values of a tenant that have not expired, by namespace and key.
func (s *Server) KeyValues(tenant string) []KeyValue { return s.store.listKeyValues(tenant) }

// PutKeyValue stores a value as PUT does with this body, such as `"text"` or 42. A ttl of 0 is none.
func (s *Server) PutKeyValue(tenant, namespace, key, body string, ttl time.Duration) {
	var expiry *time.Duration
	if ttl != 0 {
		expiry = &ttl
	}
	s.store.putKeyValue(keyValueKey{tenant, namespace, key}, body, "", expiry)
}

// DescribeKeyValue gives a key-value another description, in a new revision.
func (s *Server) DescribeKeyValue(tenant, namespace, key, description string) {
	s.store.describeKeyValue(keyValueKey{tenant, namespace, key}, description)
}

// DeleteKeyValue deletes a key-value and tells whether it was there.
func (s *Server) DeleteKeyValue(tenant, namespace, key string) bool {
	return s.store.deleteKeyValue(keyValueKey{tenant, namespace, key})
}

// File returns the bytes of a namespace file; its path starts with a slash.
func (s *Server) File(tenant, namespace, path string) ([]byte, bool) {
	return s.store.file(namespaceKey{tenant, namespace}, path)
}

// Files returns the paths and bytes of all files of a namespace.
func (s *Server) Files(tenant, namespace string) map[string][]byte {
	files := map[string][]byte{}
	s.store.withFiles(namespaceKey{tenant, namespace}, func(t *fileTree) {
		for name := range t.files {
			if f := t.file(name); f != nil {
				files[name] = bytes.Clone(f.content)
			}
		}
	})
	return files
}

// FileRevision is how often a file was written; 0 when it is not there.
func (s *Server) FileRevision(tenant, namespace, path string) int {
	revision := 0
	s.store.withFiles(namespaceKey{tenant, namespace}, func(t *fileTree) {
		if f := t.file(path); f != nil {
			revision = f.revisions
		}
	})
	return revision
}

// PutFile stores a file; its path starts with a slash.
func (s *Server) PutFile(tenant, namespace, path string, content []byte) {
	s.store.withFiles(namespaceKey{tenant, namespace}, func(t *fileTree) {
		t.put(path, bytes.Clone(content), s.Clock.Now())
	})
}

// DeleteFile deletes a file, or a directory with everything in it, and nothing else.
func (s *Server) DeleteFile(tenant, namespace, path string) {
	s.store.withFiles(namespaceKey{tenant, namespace}, func(t *fileTree) { t.remove(path) })
}
