package keyvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// decodeJSON reads exactly one JSON value and keeps its numbers as they are written. The decoder's own error
// would quote a piece of the value, so only the offset is taken from it.
func decodeJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("the value is not JSON: bad syntax at byte %d", syntax.Offset)
		}
		return nil, errors.New("the value is not JSON: it ends too early")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the value is not JSON: something follows the first value at byte %d", decoder.InputOffset())
	}
	return value, checkNumbers(value)
}

// checkNumbers refuses what the server cannot hold at any depth: it would read back as another value for ever.
func checkNumbers(value any) error {
	switch v := value.(type) {
	case json.Number:
		return checkNumber(v.String())
	case []any:
		for _, element := range v {
			if err := checkNumbers(element); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, member := range v {
			if err := checkNumbers(member); err != nil {
				return err
			}
		}
	}
	return nil
}

// equalJSON compares decoded JSON with what the server read back of it; objects whatever the order of their members,
// numbers by their value.
func equalJSON(sent, got any) bool {
	switch x := sent.(type) {
	case json.Number:
		y, ok := got.(json.Number)
		return ok && equalNumbers(x.String(), y.String())
	case []any:
		y, ok := got.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equalJSON(x[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := got.(map[string]any)
		return ok && equalObjects(x, y)
	default:
		return sent == got
	}
}

// equalObjects allows for members that are null not to come back: the server leaves them out when it prints an object.
func equalObjects(sent, got map[string]any) bool {
	for name := range got {
		if _, found := sent[name]; !found {
			return false
		}
	}
	for name, member := range sent {
		if !equalJSON(member, got[name]) {
			return false
		}
	}
	return true
}
