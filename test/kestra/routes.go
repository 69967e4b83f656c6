package kestra

import (
	"fmt"
	"net/http"
	"strings"
)

// routes is the server's whole API.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, e endpoint) { mux.Handle(pattern, s.serve(e)) }
	handle("GET /api/v1/configs", s.getConfigs)
	handle("GET /api/v1/plugins/schemas/{type}", s.getSchema)

	base := "/api/v1"
	if s.dialect.tenantInPath {
		base = "/api/v1/{tenant}"
	}
	scoped := func(method, path string, e endpoint) { handle(method+" "+base+path, e) }

	scoped("POST", "/flows", s.createFlow)
	scoped("POST", "/flows/validate", s.validateFlows)
	scoped("GET", "/flows/search", s.searchFlows)
	scoped("GET", "/flows/{namespace}", s.listFlows)
	scoped("GET", "/flows/{namespace}/{id}", s.getFlow)
	scoped("PUT", "/flows/{namespace}/{id}", s.updateFlow)
	scoped("DELETE", "/flows/{namespace}/{id}", s.deleteFlow)
	scoped("GET", "/flows/{namespace}/{id}/revisions", s.listFlowRevisions)

	scoped("GET", "/namespaces/{namespace}/kv/{key}", s.getKeyValue)
	scoped("PUT", "/namespaces/{namespace}/kv/{key}", s.putKeyValue)
	scoped("DELETE", "/namespaces/{namespace}/kv/{key}", s.deleteKeyValue)
	if s.dialect.kvOldList {
		scoped("GET", "/namespaces/{namespace}/kv", s.listNamespaceKeyValues)
	}
	if s.dialect.kvSearch {
		scoped("GET", "/kv", s.searchKeyValues)
	}

	scoped("GET", "/namespaces/{namespace}/files", s.getFile)
	scoped("POST", "/namespaces/{namespace}/files", s.postFile)
	scoped("DELETE", "/namespaces/{namespace}/files", s.deleteFile)
	scoped("GET", "/namespaces/{namespace}/files/stats", s.getFileStats)
	scoped("GET", "/namespaces/{namespace}/files/directory", s.listDirectory)
	scoped("GET", "/namespaces/{namespace}/files/revisions", s.listFileRevisions)

	// What takes many objects at once, which the operator must never call.
	for _, pattern := range []string{
		"POST /flows/bulk", "POST /flows/import", "POST /flows/{namespace}", "DELETE /flows/delete/by-query",
		"DELETE /flows/delete/by-ids", "POST /flows/disable/by-query", "DELETE /namespaces/{namespace}/kv",
	} {
		method, path, _ := strings.Cut(pattern, " ")
		scoped(method, path, s.bulk)
	}
	return mux
}

// serve wraps an endpoint with what comes before it: who calls, and for which tenant.
func (s *Server) serve(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, err := s.answer(e, r)
		if err != nil {
			reply = s.errorAnswer(r, err)
		}
		reply.writeTo(w)
	})
}

func (s *Server) answer(e endpoint, r *http.Request) (answer, error) {
	c := &call{Request: r, tenant: r.PathValue("tenant")}
	if r.URL.Path != "/api/v1/configs" || s.dialect.closedConfigs {
		if err := s.authenticate(c); err != nil {
			return answer{}, err
		}
	}
	if c.tenant == "" {
		c.tenant = DefaultTenant
	} else if err := s.checkTenant(c.tenant); err != nil {
		return answer{}, err
	}
	return e(c)
}

// route finds the handler of a request, and answers in the server's words where there is none.
func (s *Server) route(r *http.Request) http.Handler {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		return s.mux
	}
	allowed := s.allowedMethods(r)
	return s.serve(func(c *call) (answer, error) {
		if len(allowed) == 0 {
			return answer{}, notFound("")
		}
		return answer{}, &apiError{
			status: http.StatusMethodNotAllowed,
			message: fmt.Sprintf("Method Not Allowed: Method [%s] not allowed for URI [%s]. Allowed methods: [%s]",
				c.Method, c.URL.Path, strings.Join(allowed, ", ")),
		}
	})
}

func (s *Server) allowedMethods(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPost, http.MethodPut} {
		other := *r
		other.Method = method
		if _, pattern := s.mux.Handler(&other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
