package faults

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Call names one call of a scenario so that it is found again in another run, whatever order calls came in.
type Call struct {
	// Name is the method and what it was about, such as "PUT flows/company.team/hello".
	Name string
	// Occurrence counts the calls of this name since the proxy was armed, from 1.
	Occurrence int
	// Write is true for a call that can have an effect.
	Write bool
	// Stream is true for a call whose answer has no end.
	Stream bool
}

// String returns the name, and the occurrence of a call that is not the first.
func (c Call) String() string {
	if c.Occurrence == 1 {
		return c.Name
	}
	return fmt.Sprintf("%s (%d)", c.Name, c.Occurrence)
}

// Describe names a request; Occurrence is left to the proxy.
type Describe func(*http.Request) Call

// KestraCall describes a request to Kestra.
func KestraCall(r *http.Request) Call {
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	path = strings.TrimPrefix(path, "main/")
	if file := r.URL.Query().Get("path"); file != "" {
		path += " " + file
	}
	return Call{
		Name:  r.Method + " " + path,
		Write: r.Method != http.MethodGet && !strings.HasSuffix(path, "flows/validate"),
	}
}

// APIServerCall describes a request to a Kubernetes API server, without the Kubernetes namespace.
func APIServerCall(r *http.Request) Call {
	verb, query := r.Method, r.URL.Query()
	stream := isTrue(query, "watch")
	if stream {
		verb = "WATCH"
	}
	return Call{
		Name:   verb + " " + resourceOf(r.URL.Path),
		Write:  r.Method != http.MethodGet,
		Stream: stream,
	}
}

func isTrue(query url.Values, name string) bool {
	value := query.Get(name)
	return value == "true" || value == "1"
}

// resourceOf cuts group, version and namespace off the path of a resource. Other paths stay.
func resourceOf(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i, segment := range segments {
		if segment == "namespaces" && len(segments) > i+2 {
			return strings.Join(segments[i+2:], "/")
		}
	}
	return strings.Join(segments, "/")
}
