package flow

import (
	"os"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

func TestTheLineOfASchemaIsToldByItsTypes(t *testing.T) {
	for server, want := range map[string]string{"1.3.25": "1.3", "1.3.25-plugins": "1.3", "2.0.0-SNAPSHOT": "2.0"} {
		schema, err := os.Open(recordings.Path(t, "kestra", server, "flow-schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		defer schema.Close()
		if got := SchemaLine(schema); got != want {
			t.Errorf("the schema of %s: line %s, want %s", server, got, want)
		}
	}
	if got := SchemaLine(strings.NewReader("no schema")); got != defaultLine {
		t.Errorf("what is no schema: line %s, want %s", got, defaultLine)
	}
}
