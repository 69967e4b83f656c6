package kestra

import (
	"fmt"
	"net/http"
	"sync"
)

func (s *Server) getConfigs(*call) (answer, error) {
	_, hash := s.schema.get()
	configs := map[string]any{
		"uuid":                      "development",
		"version":                   s.options.Version,
		"chartDefaultDuration":      "PT24H",
		"isCustomDashboardsEnabled": true,
		"isAnonymousUsageEnabled":   false,
		"isUiAnonymousUsageEnabled": false,
		"preview":                   map[string]any{"initial": 100, "max": 5000},
		"systemNamespace":           "system",
		"hiddenLabelsPrefixes":      []string{"system.", "internal."},
		"isAiEnabled":               true,
		"isAiApiKeyConfigured":      false,
		"isBasicAuthInitialized":    true,
		"isConcurrencyViewEnabled":  true,
	}
	if s.dialect.showsEdition {
		configs["edition"] = string(s.options.Edition)
		configs["pluginsHash"] = hash
	}
	if s.dialect.strictUpdate {
		configs["flowTemplate"] = ""
	} else {
		configs["isTemplateEnabled"] = false
	}
	return jsonAnswer(configs)
}

// flowSchema is what the server says of its plugins.
type flowSchema struct {
	mu   sync.Mutex
	json []byte
	hash int64
}

func (f *flowSchema) set(json []byte, hash int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.json, f.hash = json, hash
}

func (f *flowSchema) get() (json []byte, hash int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.json, f.hash
}

// SetFlowSchema changes the schema and the plugins hash, as a restart with other plugins does.
func (s *Server) SetFlowSchema(schema []byte, pluginsHash int64) { s.schema.set(schema, pluginsHash) }

func (s *Server) getSchema(c *call) (answer, error) {
	kind := c.PathValue("type")
	if kind != "flow" {
		return answer{}, &apiError{
			status: http.StatusUnprocessableEntity,
			message: fmt.Sprintf("Internal server error: Failed to convert argument [type] for value [%s] due to: "+
				"No enum constant io.kestra.core.docs.SchemaType.%s", kind, kind),
		}
	}
	schema, _ := s.schema.get()
	if schema == nil {
		return answer{}, notFound("")
	}
	return answer{
		status: http.StatusOK,
		header: http.Header{"Content-Type": {"application/json"}},
		body:   schema,
	}, nil
}
