package flow

// kind is how the server reads a value: the extension keyword "kestra" of a catalog, which decides the coercion.
type kind string

const (
	kindAny      kind = "any"      // takes whatever YAML can say (a Property, or an Object)
	kindText     kind = "text"     // a scalar; numbers and booleans become text
	kindBoolean  kind = "boolean"  // a boolean, its text, or an integer
	kindInteger  kind = "integer"  // a number (fractions are cut off) or its text
	kindNumber   kind = "number"   // a number or its text
	kindEnum     kind = "enum"     // a constant's exact name, or its index
	kindDuration kind = "duration" // ISO 8601, or a number of seconds
	kindInstant  kind = "instant"  // a date and time with an offset, or a number of seconds
	kindDate     kind = "date"     // a date, or a number of days
	kindTime     kind = "time"     // a time of day
	kindList     kind = "list"     // a list of "items"
	kindMap      kind = "map"      // a map to "additionalProperties"
	kindObject   kind = "object"   // the definition "of", or its own "properties"
	kindLabels   kind = "labels"   // a map of scalars, or a list of {key, value}
	kindPlugin   kind = "plugin"   // a definition of the family "of", chosen by "type"
)

// facts are what a catalog says of one value, in the words of JSON Schema where it has them. They carry no
// prose: no titles, descriptions or examples.
type facts struct {
	Kestra     kind              `json:"kestra"`
	Of         string            `json:"of,omitempty"`
	Properties map[string]*facts `json:"properties,omitempty"`
	Required   []string          `json:"required,omitempty"`
	Items      *facts            `json:"items,omitempty"`
	// Additional is false for an object (unknown properties are refused) and the facts of the values of a map.
	Additional       any      `json:"additionalProperties,omitempty"`
	Enum             []string `json:"enum,omitempty"`
	Pattern          string   `json:"pattern,omitempty"`
	Minimum          *float64 `json:"minimum,omitempty"`
	ExclusiveMinimum *float64 `json:"exclusiveMinimum,omitempty"`
	Maximum          *float64 `json:"maximum,omitempty"`
	MinLength        int      `json:"minLength,omitempty"`
	MaxLength        int      `json:"maxLength,omitempty"`
	MinItems         int      `json:"minItems,omitempty"`
	// Deprecated things still work and are warned about.
	Deprecated bool `json:"deprecated,omitempty"`
	// Removed properties are gone in Kestra 2, without being deprecated before.
	Removed bool `json:"removed,omitempty"`
	// Hidden properties are read by the server although its schema does not list them.
	Hidden bool `json:"hidden,omitempty"`
	// Unvalidated things are read, but the constraints inside of them (required, bounds, patterns, rules) are
	// not looked at before they run.
	Unvalidated bool `json:"unvalidated,omitempty"`
	// NotNull has a default, so it may be left out; but given, an empty text is refused.
	NotNull bool `json:"notNull,omitempty"`
	// NeverNull refuses null too.
	NeverNull bool `json:"neverNull,omitempty"`
	// Solid lists refuse elements that are not mappings, which other lists of plugins take for null.
	Solid bool `json:"solid,omitempty"`
}

// keywordsMetaSchema describes the extension keywords to the schema library, which checks catalogs against it.
const keywordsMetaSchema = `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["kestra"],
  "properties": {
    "kestra": {"enum": ["any", "text", "boolean", "integer", "number", "enum", "duration", "instant", "date", "time", "list", "map", "object", "labels", "plugin"]},
    "of": {"type": "string", "minLength": 1},
    "properties": {"additionalProperties": {"$ref": "#"}},
    "items": {"$ref": "#"},
    "additionalProperties": {"anyOf": [{"type": "boolean"}, {"$ref": "#"}]},
    "hidden": {"type": "boolean"},
    "removed": {"type": "boolean"},
    "unvalidated": {"type": "boolean"},
    "notNull": {"type": "boolean"},
    "neverNull": {"type": "boolean"},
    "solid": {"type": "boolean"},
    "deprecated": {"type": "boolean"}
  }
}`
