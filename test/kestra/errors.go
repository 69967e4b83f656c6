package kestra

import (
	"errors"
	"fmt"
	"net/http"
)

// apiError is a refusal in the server's words.
type apiError struct {
	status  int
	message string
	// problems become _embedded.errors, or errors from 2.0 on.
	problems []Problem
	header   http.Header
	bare     bool // no body at all
}

func (e *apiError) Error() string { return fmt.Sprintf("%d: %s", e.status, e.message) }

func notFound(detail string) *apiError {
	if detail == "" {
		return &apiError{status: http.StatusNotFound, message: "Not Found"}
	}
	return &apiError{status: http.StatusNotFound, message: "Not Found: " + detail}
}

func illegalArgument(detail string) *apiError {
	return &apiError{status: http.StatusUnprocessableEntity, message: "Illegal argument: " + detail}
}

func missingBody(name string) *apiError {
	return &apiError{
		status:  http.StatusUnprocessableEntity,
		message: "Invalid route params: Required Body [" + name + "] not specified",
	}
}

func unsupportedMediaType(got, allowed string) *apiError {
	return &apiError{
		status: http.StatusUnsupportedMediaType,
		message: fmt.Sprintf("Unsupported Media Type: Content Type [%s] not allowed. Allowed types: [%s]",
			got, allowed),
	}
}

func internalError(detail string) *apiError {
	return &apiError{status: http.StatusInternalServerError, message: "Internal server error: " + detail}
}

func invalidEntity(message string, problems ...Problem) *apiError {
	return &apiError{
		status:   http.StatusUnprocessableEntity,
		message:  "Invalid entity: " + message,
		problems: problems,
	}
}

// errorAnswer renders a refusal as the server's version does.
func (s *Server) errorAnswer(r *http.Request, err error) answer {
	var refusal *apiError
	if !errors.As(err, &refusal) {
		refusal = internalError(err.Error())
	}
	if refusal.bare {
		return answer{status: refusal.status, header: refusal.header}
	}
	render := hypermediaError
	if s.dialect.problemJSON {
		render = problemDetails
	}
	contentType, body := render(r, refusal)
	reply, err := jsonStatus(refusal.status, contentType, body)
	if err != nil {
		return empty(http.StatusInternalServerError)
	}
	for name, values := range refusal.header {
		reply.header[name] = values
	}
	return reply
}

// hypermediaError is the error body of all versions before the release of 2.0.
func hypermediaError(r *http.Request, refusal *apiError) (contentType string, body any) {
	embedded := map[string]any{}
	if len(refusal.problems) > 0 {
		problems := make([]any, 0, len(refusal.problems))
		for _, p := range refusal.problems {
			problems = append(problems, map[string]any{
				"message": p.Message, "logref": nil, "path": p.Path,
				"_links": map[string]any{}, "_embedded": map[string]any{},
			})
		}
		embedded["errors"] = problems
	}
	self := map[string]any{
		"href": r.URL.RequestURI(), "templated": false, "profile": nil, "deprecation": nil,
		"title": nil, "hreflang": nil, "type": nil, "name": nil,
	}
	return "application/json", map[string]any{
		"message": refusal.message, "logref": nil, "path": nil,
		"_links": map[string]any{"self": self}, "_embedded": embedded,
	}
}

// problemDetails is the RFC 9457 body of 2.0. Its type and errors follow the documentation: no recording of a
// released 2.0 exists.
func problemDetails(r *http.Request, refusal *apiError) (contentType string, body any) {
	problem := map[string]any{
		"type":     problemType(refusal.status),
		"title":    http.StatusText(refusal.status),
		"status":   refusal.status,
		"detail":   refusal.message,
		"instance": r.URL.Path,
	}
	if len(refusal.problems) > 0 {
		problems := make([]any, 0, len(refusal.problems))
		for _, p := range refusal.problems {
			problems = append(problems, map[string]any{"detail": p.Message, "path": p.Path})
		}
		problem["errors"] = problems
	}
	return "application/problem+json", problem
}

func problemType(status int) string {
	switch status {
	case http.StatusNotFound:
		return "/problems/not-found"
	case http.StatusConflict:
		return "/problems/conflict"
	case http.StatusGone:
		return "/problems/gone"
	case http.StatusUnprocessableEntity:
		return "/problems/validation-error"
	default:
		return "about:blank"
	}
}
