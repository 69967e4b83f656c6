package kestra

import (
	"io"
	"mime"
	"net/http"
	"time"
)

// maxBody bounds what the server reads of one request.
const maxBody = 64 << 20

func readBody(c *call) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, maxBody))
	if err != nil {
		return nil, &apiError{status: http.StatusRequestEntityTooLarge, message: "Request Entity Too Large"}
	}
	return body, nil
}

func mediaType(c *call) string {
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return mediaType
}

const yamlMediaType = "application/x-yaml"

// flowBody reads a flow's source, with what becomes of other content types.
func (s *Server) flowBody(c *call) ([]byte, error) {
	switch got := mediaType(c); {
	case got == yamlMediaType:
	case got == "application/yaml" && !s.dialect.checksMediaType:
		return nil, missingBody("flow")
	default:
		return nil, unsupportedMediaType(got, yamlMediaType)
	}
	body, err := readBody(c)
	if err == nil && len(body) == 0 {
		err = missingBody("flow")
	}
	return body, err
}

func (s *Server) createFlow(c *call) (answer, error) {
	source, err := s.flowBody(c)
	if err != nil {
		return answer{}, err
	}
	doc, err := s.admit(source, creating)
	if err != nil {
		return answer{}, err
	}
	flow, created := s.store.create(doc.key(c.tenant), string(source), doc.isTrue("deleted"))
	if !created {
		refusal := invalidEntity("flow.id: Flow id already exists",
			Problem{Path: "flow.id", Message: "Flow id already exists"})
		if s.dialect.existsConflict {
			refusal.status = http.StatusConflict
		}
		return answer{}, refusal
	}
	return jsonAnswer(s.flowJSON(flow, asWritten))
}

func (s *Server) updateFlow(c *call) (answer, error) {
	source, err := s.flowBody(c)
	if err != nil {
		return answer{}, err
	}
	key := pathKey(c)
	current, exists := s.store.flow(key)
	if !exists {
		// A 1.3.25 hangs here and then dies of it. Nothing else is worth imitating.
		s.violation(c, PutMissingFlow)
		return answer{}, internalError("Java heap space")
	}
	if err := s.checkWritable(c, current); err != nil {
		return answer{}, err
	}
	doc, err := s.admit(source, updating)
	if err != nil {
		return answer{}, err
	}
	if err := sameIdentity(doc, key); err != nil {
		return answer{}, err
	}
	flow, changed, found := s.store.update(key, string(source), doc.isTrue("deleted"))
	if !found {
		s.violation(c, PutMissingFlow)
		return answer{}, internalError("Java heap space")
	}
	if !changed {
		return jsonAnswer(s.flowJSON(flow, withSource))
	}
	return jsonAnswer(s.flowJSON(flow, asWritten))
}

// sameIdentity refuses a body that names another flow than the path does.
func sameIdentity(doc document, key flowKey) error {
	if id, _ := doc.text("id"); id != key.id {
		return invalidEntity("flow.id: Illegal flow id update",
			Problem{Path: "flow.id", Message: "Illegal flow id update"})
	}
	if namespace, _ := doc.text("namespace"); namespace != key.namespace {
		return invalidEntity("flow.namespace: Illegal namespace update",
			Problem{Path: "flow.namespace", Message: "Illegal namespace update"})
	}
	return nil
}

// checkWritable enforces the label system.readOnly where the server does: in the Enterprise edition, against all
// but service accounts.
func (s *Server) checkWritable(c *call, flow Flow) error {
	if s.options.Edition != Enterprise || c.serviceAccount {
		return nil
	}
	if flow.document.readOnly() {
		return &apiError{status: http.StatusForbidden, message: "Forbidden: Flow is read-only"}
	}
	return nil
}

func (s *Server) getFlow(c *call) (answer, error) {
	flow, exists := s.store.flow(pathKey(c))
	if !exists {
		return answer{}, notFound("")
	}
	if c.URL.Query().Get("source") == "true" {
		return jsonAnswer(s.flowJSON(flow, withSource))
	}
	return jsonAnswer(s.flowJSON(flow, stored))
}

func (s *Server) deleteFlow(c *call) (answer, error) {
	if got := mediaType(c); got != "" && got != "application/json" {
		return answer{}, unsupportedMediaType(got, "application/json")
	}
	key := pathKey(c)
	current, exists := s.store.flow(key)
	if !exists {
		return answer{}, notFound("")
	}
	if err := s.checkWritable(c, current); err != nil {
		return answer{}, err
	}
	if !s.store.delete(key) {
		return answer{}, notFound("")
	}
	return empty(http.StatusNoContent), nil
}

func (s *Server) listFlowRevisions(c *call) (answer, error) {
	revisions := s.store.revisions(pathKey(c))
	if len(revisions) == 0 {
		return answer{}, notFound("")
	}
	list := make([]any, 0, len(revisions))
	for _, flow := range revisions {
		list = append(list, s.flowJSON(flow, withSource))
	}
	return jsonAnswer(list)
}

func pathKey(c *call) flowKey {
	return flowKey{tenant: c.tenant, namespace: c.PathValue("namespace"), id: c.PathValue("id")}
}

func (d document) key(tenant string) flowKey {
	namespace, _ := d.text("namespace")
	id, _ := d.text("id")
	return flowKey{tenant: tenant, namespace: namespace, id: id}
}

// view is which form of a flow an answer carries.
type view int

const (
	stored     view = iota // GET and lists
	withSource             // GET with source=true, and a PUT that changed nothing
	asWritten              // the echo of a write: source, but neither time nor empty lists
)

func (s *Server) flowJSON(flow Flow, view view) map[string]any {
	body := map[string]any{
		"id": flow.ID, "namespace": flow.Namespace, "revision": flow.Revision,
		"disabled": false, "deleted": flow.Deleted,
	}
	if view != asWritten {
		body["updated"] = flow.Updated.Format(time.RFC3339Nano)
		body["triggers"] = []any{}
	}
	if view != stored {
		body["source"] = flow.Source
	}
	if flow.unread != nil {
		body["exception"] = "Illegal Flow source: YAML parsing error: " + flow.unread.Error()
		return body
	}
	doc := flow.document
	for _, name := range s.dialect.flowProperties() {
		if value, present := doc.fields[name]; present && value != nil && body[name] == nil {
			body[name] = value
		}
	}
	if labels := doc.labels(); labels != nil {
		body["labels"] = labels
	}
	if triggers, ok := doc.fields["triggers"].([]any); ok {
		body["triggers"] = triggers
	}
	body["disabled"] = doc.isTrue("disabled")
	delete(body, "tenantId")
	return body
}
