package flow

import (
	"encoding/json"
	"strings"

	"gopkg.in/yaml.v3"
)

// packageRules are the validators that whole families of plugins share.
func packageRules(class string) []func(*judge, *yaml.Node) {
	if strings.HasPrefix(class, "io.kestra.plugin.serdes.") {
		return serdesRules
	}
	return nil
}

var serdesRules = []func(*judge, *yaml.Node){(*judge).checkDateFormats, (*judge).checkAvroSchema}

// checkDateFormats refuses letters that java.text's date patterns do not have.
func (j *judge) checkDateFormats(n *yaml.Node) {
	for _, name := range []string{"dateFormat", "timeFormat", "datetimeFormat", "dateTimeFormat"} {
		node := child(n, name)
		if node == nil || node.Kind != yaml.ScalarNode || isNull(node) {
			continue
		}
		if letter := badPatternLetter(node.Value); letter != "" {
			j.refuse(node, "pattern", "%s is not a date format: \"%s\" means nothing there; quote text with '", describe(node), letter)
		}
	}
}

// patternLetters are those of java.text.SimpleDateFormat.
const patternLetters = "GyYMLwWDdFEuaHkKhmsSzZX"

func badPatternLetter(pattern string) string {
	quoted := false
	for _, r := range pattern {
		switch {
		case r == '\'':
			quoted = !quoted
		case quoted:
		case (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') && !strings.ContainsRune(patternLetters, r):
			return string(r)
		}
	}
	return ""
}

// checkAvroSchema refuses an Avro schema that is not JSON.
func (j *judge) checkAvroSchema(n *yaml.Node) {
	node := child(n, "schema")
	if node == nil || node.Kind != yaml.ScalarNode || isNull(node) || strings.Contains(node.Value, "{{") {
		return
	}
	if typ := text(child(n, "type")); !strings.HasSuffix(typ, ".IonToAvro") && !strings.HasSuffix(typ, ".IonToParquet") {
		return
	}
	var schema any
	err := json.Unmarshal([]byte(node.Value), &schema)
	if err != nil {
		j.refuse(node, "avro-schema", "the Avro schema is not JSON: %s", cut(err.Error()))
		return
	}
	switch schema.(type) {
	case map[string]any, []any, string:
	default:
		j.refuse(node, "avro-schema", "an Avro schema is an object, a list or the name of a type, not %s", describe(node))
	}
}
