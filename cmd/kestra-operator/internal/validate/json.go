package validate

import (
	"encoding/json"
	"io"
)

// WriteJSON prints results as an array, one element for each flow or object.
func WriteJSON(w io.Writer, report Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(report.Results)
}
