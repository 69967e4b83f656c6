package kestra

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// call is one request on its way through an endpoint.
type call struct {
	*http.Request
	tenant string
	// serviceAccount is true for an Enterprise service account's token.
	serviceAccount bool
}

// answer is what an endpoint replies.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// endpoint answers one route. An error that is no *apiError is a 500.
type endpoint func(c *call) (answer, error)

func empty(status int) answer { return answer{status: status} }

func jsonAnswer(value any) (answer, error) {
	return jsonStatus(http.StatusOK, "application/json", value)
}

func jsonStatus(status int, contentType string, value any) (answer, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return answer{}, err
	}
	return answer{
		status: status,
		header: http.Header{"Content-Type": {contentType}},
		body:   bytes.TrimSuffix(body.Bytes(), []byte("\n")),
	}, nil
}

func (a answer) writeTo(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(a.body)
}
