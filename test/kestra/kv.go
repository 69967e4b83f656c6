package kestra

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

func (s *Server) putKeyValue(c *call) (answer, error) {
	if got := mediaType(c); got != "text/plain" && (got != "application/json" || !s.dialect.kvTakesJSON) {
		return answer{}, unsupportedMediaType(got, "text/plain")
	}
	body, err := readBody(c)
	if err != nil {
		return answer{}, err
	}
	if len(body) == 0 {
		return answer{}, missingBody("value")
	}
	var ttl *time.Duration
	if text, given := c.Header["Ttl"]; given {
		d, err := parseDuration(text[0])
		if err != nil {
			return answer{}, internalError("Text cannot be parsed to a Duration")
		}
		ttl = &d
	}
	key, err := keyValuePath(c)
	if err != nil {
		return answer{}, err
	}
	s.store.putKeyValue(key, string(body), headerText(c.Header.Get("Description")), ttl)
	return empty(http.StatusOK), nil
}

// headerText reads a header as the server does: each byte is a character of ISO 8859-1.
func headerText(header string) string {
	text := make([]rune, len(header))
	for i := range len(header) {
		text[i] = rune(header[i])
	}
	return string(text)
}

func (s *Server) getKeyValue(c *call) (answer, error) {
	key, err := keyValuePath(c)
	if err != nil {
		return answer{}, err
	}
	kv, found, expired := s.store.keyValue(key)
	switch {
	case expired:
		return answer{}, &apiError{
			status:  http.StatusGone,
			message: "Resource has expired: The requested value has expired",
		}
	case !found:
		return answer{}, notFound(fmt.Sprintf("No value found for key '%s' in namespace '%s'", key.key, key.namespace))
	}
	body := map[string]any{
		"type": kv.Type, "revision": kv.Revision, "updated": kv.Updated.Format(time.RFC3339Nano),
	}
	if kv.Value != nil {
		body["value"] = withoutNulls(kv.Value)
	}
	return jsonAnswer(body)
}

func (s *Server) deleteKeyValue(c *call) (answer, error) {
	key, err := keyValuePath(c)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(s.store.deleteKeyValue(key))
}

func keyValuePath(c *call) (keyValueKey, error) {
	key := keyValueKey{c.tenant, c.PathValue("namespace"), c.PathValue("key")}
	if !idPattern.MatchString(key.key) {
		return key, illegalArgument("Key must start with an alphanumeric character (uppercase or lowercase) and " +
			"can contain alphanumeric characters (uppercase or lowercase), dots (.), underscores (_), and hyphens (-) only.")
	}
	return key, nil
}

// searchKeyValues lists a page of all namespaces' key-values. The query q is not looked at.
func (s *Server) searchKeyValues(c *call) (answer, error) {
	p, err := pageOf(c.URL.Query())
	if err != nil {
		return answer{}, err
	}
	inNamespace := s.namespaceFilter(c.URL.Query())
	if s.dialect.deepKVFilter {
		if wanted := c.URL.Query().Get("filters[namespace][EQUALS]"); wanted != "" {
			inNamespace = func(namespace string) bool { return isUnder(namespace, wanted) }
		}
	}
	list := slices.DeleteFunc(s.store.listKeyValues(c.tenant), func(kv KeyValue) bool {
		return !inNamespace(kv.Namespace)
	})
	return pageAnswer(p, list, s.keyValueEntry)
}

// listNamespaceKeyValues is the list of one namespace, unpaged, that 2.0 no longer has.
func (s *Server) listNamespaceKeyValues(c *call) (answer, error) {
	list := []any{}
	for _, kv := range s.store.listKeyValues(c.tenant) {
		if kv.Namespace == c.PathValue("namespace") {
			list = append(list, s.keyValueEntry(kv))
		}
	}
	return jsonAnswer(list)
}

func (s *Server) keyValueEntry(kv KeyValue) map[string]any {
	entry := map[string]any{
		"namespace": kv.Namespace, "key": kv.Key, s.dialect.kvRevisionField: kv.Revision,
		"creationDate": kv.Created.Format(time.RFC3339Nano), "updateDate": kv.Updated.Format(time.RFC3339Nano),
	}
	if kv.Description != "" {
		entry["description"] = kv.Description
	}
	if !kv.Expires.IsZero() {
		entry["expirationDate"] = kv.Expires.Format(time.RFC3339Nano)
	}
	return entry
}
