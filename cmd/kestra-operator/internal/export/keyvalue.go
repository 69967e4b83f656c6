package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
)

// specify returns the type and value that a specification needs so that the operator finds them equal to what
// the server reads back. The server's own type is tried first; it is not always the one to write, since the
// server derives it from the value.
func specify(seen *kestra.KeyValue) (manifest.Typed, error) {
	text := string(bytes.TrimSpace(seen.Value))
	if text == "" {
		text = "null"
	}
	candidates := []manifest.Typed{{Type: keyvalue.Type(seen.Type), Value: text}, {Type: keyvalue.JSON, Value: text}}
	var plain string
	if err := json.Unmarshal([]byte(text), &plain); err == nil && text != "null" {
		candidates = append([]manifest.Typed{
			{Type: keyvalue.Type(seen.Type), Value: plain},
			{Type: keyvalue.String, Value: plain},
			{Type: keyvalue.DateTime, Value: plain}, // a moment with an offset reads back as JSON
		}, candidates...)
	}
	for _, c := range candidates {
		if _, err := keyvalue.Encode(string(c.Type), c.Value); err == nil &&
			keyvalue.Equal(string(c.Type), c.Value, seen.Type, seen.Value) {
			return c, nil
		}
	}
	return manifest.Typed{}, errors.New("no type of a KestraKeyValue holds its value as the server reads it back")
}

// optionsOf are the options with which an entry was written: a description that a write can give it, and the time to live,
// which is a whole number of seconds up to the moment that a server takes between its two times.
func optionsOf(details kestra.KeyValueDetails) kestra.KeyValueOptions {
	options := kestra.KeyValueOptions{Description: details.Description}
	if !options.Describes(&details) {
		options.Description = "" // it is kept all the same
	}
	if details.Expiration != nil {
		options.TTL = keyvalue.FormatTTL(max(time.Second, details.Expiration.Sub(details.Updated).Round(time.Second)))
	}
	return options
}

// remarks are what a manifest says of an entry's end.
func remarks(details kestra.KeyValueDetails) []string {
	if details.Expiration == nil {
		return nil
	}
	return []string{
		fmt.Sprintf("The entry expires at %s and is left to. Applied after that, it is written for its time to live.",
			details.Expiration.UTC().Format(time.RFC3339)),
	}
}

// addKeyValue collects an entry.
func (c *collector) addKeyValue(target kestra.Target, value manifest.Typed, details kestra.KeyValueDetails, options Options) {
	item, refers := manifest.KeyValue(options.inManifest(target), value, optionsOf(details), options.Values)
	item.Remarks = remarks(details)
	if refers {
		c.count(&c.result.Referring)
	}
	c.add(KeyValues, target, item)
}
