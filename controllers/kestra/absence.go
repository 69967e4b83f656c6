package kestra

import (
	"encoding/json"
	"errors"
	"net/http"
)

// errNotKestra is an absence that something else than Kestra tells of.
var errNotKestra = errors.New("this is not in Kestra's words, so it does not tell what Kestra has: " +
	"is the URL that of Kestra's API, and does every proxy on the way pass this route on?")

// IsNotFound is true when the server says that it does not have what was asked for. Something that answers in its place,
// such as a proxy without the route, knows nothing of what the server has.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && e.Err == nil
}

// IsGone is true when the server says that a key was there and has expired.
func IsGone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusGone && e.Err == nil
}

// isAbsence is true for a status that speaks of absence, whoever it is from.
func isAbsence(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// isKestras is true for an error in one of the two formats that Kestra has: every one of its routes answers so, whereas a
// proxy sends a page, nothing, or JSON of its own.
func isKestras(response *http.Response, body []byte) bool {
	var parsed struct {
		Links  map[string]json.RawMessage `json:"_links"` // up to 1.x
		Title  string                     `json:"title"`  // from 2.0 on, RFC 9457
		Status int                        `json:"status"`
	}
	if json.Unmarshal(body, &parsed) != nil {
		return false
	}
	return len(parsed.Links) > 0 || mediaType(response) == "application/problem+json" ||
		(parsed.Title != "" && parsed.Status == response.StatusCode)
}
