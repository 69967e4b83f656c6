package main

import (
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// TestARawSchemaTellsItsOwnLine gives commands a flow schema as a server served it, which does not say its version.
func TestARawSchemaTellsItsOwnLine(t *testing.T) {
	first := recordings.Path(t, "kestra", "1.3.25", "flow-schema.json")
	second := recordings.Path(t, "kestra", "2.0.0-SNAPSHOT", "flow-schema.json")
	loop := strings.Replace(goodFlow, "log.Log\n    message: hi", "flow.ForEach", 1)
	if code, out, _ := command(t, loop, "validate", "--catalog", second, "-"); code != exitRefused || !strings.Contains(out, "use io.kestra.plugin.core.flow.Loop") {
		t.Errorf("exit code %d; a schema of 2.0 is not judged as one:\n%s", code, out)
	}
	code, out, errs := command(t, "", "schema", "diff", first, second)
	if code != exitOK || !strings.Contains(out, "- the flow: pluginDefaults → set the properties in each task (by Kestra's documentation)\n") {
		t.Errorf("exit code %d, %s; the two schemas are not compared as 1.x and 2.x:\n%s", code, errs, out)
	}
}
