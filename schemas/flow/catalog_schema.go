package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// serverSchema is the part of a server's flow schema that holds facts; its prose is not even read.
type serverSchema struct {
	Ref              string                   `json:"$ref"`
	Type             schemaType               `json:"type"`
	Properties       map[string]*serverSchema `json:"properties"`
	Required         []string                 `json:"required"`
	Items            *serverSchema            `json:"items"`
	Additional       *additional              `json:"additionalProperties"`
	AllOf            []*serverSchema          `json:"allOf"`
	AnyOf            json.RawMessage          `json:"anyOf"` // decoded once for each text (see alternativesOf)
	Enum             []any                    `json:"enum"`
	Const            any                      `json:"const"`
	Format           string                   `json:"format"`
	Pattern          string                   `json:"pattern"`
	Minimum          *float64                 `json:"minimum"`
	ExclusiveMinimum *float64                 `json:"exclusiveMinimum"`
	Maximum          *float64                 `json:"maximum"`
	MinLength        int                      `json:"minLength"`
	MaxLength        int                      `json:"maxLength"`
	MinItems         int                      `json:"minItems"`
	Dynamic          annotation               `json:"$dynamic"`
	Deprecated       annotation               `json:"$deprecated"`
}

// annotation is an annotation that Kestra's generator writes as a boolean or as its text.
type annotation bool

func (f *annotation) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true" || string(data) == `"true"`
	return nil
}

// schemaType is "type", of which a list says that anything of it goes.
type schemaType string

func (t *schemaType) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = schemaType(one)
	}
	return nil
}

// additional is "additionalProperties": a schema, or a boolean that says nothing here.
type additional struct{ schema *serverSchema }

func (a *additional) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	return json.Unmarshal(data, &a.schema)
}

const definitionsPrefix = "#/definitions/"

// target is the definition that the schema stands for, if it is nothing but a reference. The schema generator
// of Kestra wraps references to annotate them: {"allOf": [{"$ref": …}, {"$dynamic": false}]}.
func (s *serverSchema) target() string {
	ref := s.Ref
	if ref == "" && len(s.AllOf) > 0 {
		for _, part := range s.AllOf {
			if part.Ref != "" {
				ref = part.Ref
				break
			}
		}
	}
	name, ok := strings.CutPrefix(ref, definitionsPrefix)
	if !ok {
		return ""
	}
	return name
}

// readServerSchema decodes a server's flow schema of at most MaxSchemaBytes.
func readServerSchema(r io.Reader) (root string, definitions map[string]*serverSchema, err error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSchemaBytes+1))
	if err != nil {
		return "", nil, err
	}
	if len(data) > MaxSchemaBytes {
		return "", nil, fmt.Errorf("more than %d bytes", MaxSchemaBytes)
	}
	var document struct {
		Ref         string                   `json:"$ref"`
		Definitions map[string]*serverSchema `json:"definitions"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return "", nil, err
	}
	root, ok := strings.CutPrefix(document.Ref, definitionsPrefix)
	switch {
	case !ok || document.Definitions[root] == nil:
		return "", nil, errors.New("it does not define a flow")
	case len(document.Definitions) > maxDefinitions:
		return "", nil, fmt.Errorf("more than %d definitions", maxDefinitions)
	}
	return root, document.Definitions, nil
}
