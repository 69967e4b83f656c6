package kestra

import "net/http"

// ViolationKind says what harm a call would have done to a real server.
type ViolationKind string

const (
	// PutMissingFlow is a PUT of a flow that is missing or deleted: a 1.3.25 hung and then died of it.
	PutMissingFlow ViolationKind = "put of a missing flow"
	// BulkCall is a call of an endpoint that takes many objects at once.
	BulkCall ViolationKind = "bulk call"
	// EmptyNamespace is a DELETE of files with an empty path, which empties the namespace.
	EmptyNamespace ViolationKind = "delete of all files"
	// DeleteMissingFile is a DELETE of a file that is not there, which can take its only sibling along.
	DeleteMissingFile ViolationKind = "delete of a missing file"
	// FileOverDirectory is a POST of a file onto a directory, which answers 200 and is wrong.
	FileOverDirectory ViolationKind = "file over a directory"
	// ZipUpload is a file whose multipart name ends in .zip, which is unpacked instead of stored.
	ZipUpload ViolationKind = "unpacked upload"
	// FlowUpload is a file under /_flows, which imports a flow.
	FlowUpload ViolationKind = "flow as a file"
)

// Violation is a call that a careful client never makes.
type Violation struct {
	Kind   ViolationKind
	Method string
	Path   string
}

// Violations returns every such call since the start, oldest first. A test of the operator wants none.
func (s *Server) Violations() []Violation {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return append([]Violation(nil), s.store.violations...)
}

func (s *Server) violation(c *call, kind ViolationKind) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.violations = append(s.store.violations, Violation{Kind: kind, Method: c.Method, Path: c.URL.RequestURI()})
}

// bulk refuses what the operator must never call, and remembers it.
func (s *Server) bulk(c *call) (answer, error) {
	s.violation(c, BulkCall)
	return answer{}, &apiError{
		status:  http.StatusInternalServerError,
		message: "Internal server error: bulk endpoints are not part of the development server",
	}
}
