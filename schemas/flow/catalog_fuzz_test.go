package flow

import (
	"bytes"
	"testing"
)

// FuzzFlowSchema shows that no schema of a server can crash the reader or the judge, and that what is made of it reads
// back as the same.
func FuzzFlowSchema(f *testing.F) {
	f.Add([]byte(flowSchema))
	f.Add([]byte(`{"$ref":"#/definitions/a","definitions":{"a":{"allOf":[{"$ref":"#/definitions/a"}],"properties":{"id":{"anyOf":[{"$ref":"#/definitions/a"},{"type":["string","null"],"pattern":"(?<x>)"}]}}}}}`))
	source := []byte("id: a\nnamespace: b\ntasks: [{id: c, type: a.Task, count: 1, dynamic: [x]}]\n")
	f.Fuzz(func(t *testing.T, schema []byte) {
		saved, err := BuildCatalog(bytes.NewReader(schema), "9.9.9")
		if err != nil {
			return
		}
		catalog, err := LoadCatalog(saved)
		if err != nil {
			t.Fatalf("what was made of it cannot be loaded: %v\n%s", err, saved)
		}
		first := summary(Check(source, Identity{}, catalog, Options{}))
		if second := summary(Check(source, Identity{}, catalog, Options{})); first != second {
			t.Errorf("two reports of one source differ:\n%s\n%s", first, second)
		}
	})
}

// FuzzSavedCatalog shows that a saved catalog that somebody has changed can be refused, but crashes nothing.
func FuzzSavedCatalog(f *testing.F) {
	saved, err := BuildCatalog(bytes.NewReader([]byte(flowSchema)), "9.9.9")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(saved)
	f.Add([]byte("\x1f\x8b\x08\x00"))
	source := []byte("id: a\nnamespace: b\ntasks: [{id: c, type: a.Task, count: 1, dynamic: [x]}]\n")
	f.Fuzz(func(_ *testing.T, saved []byte) {
		catalog, err := LoadCatalog(saved)
		if err != nil {
			return
		}
		Check(source, Identity{}, catalog, Options{})
		_ = catalog.Warm()
	})
}

// FuzzServerMessage shows that nothing a server says of a source can crash the translation, and that each finding of it
// is short and stands where the source is.
func FuzzServerMessage(f *testing.F) {
	source := "id: a\nnamespace: b\ntasks:\n  - id: c\n    type: x.Y\n    message: hi\n"
	f.Add([]byte(source), "tasks[0].message: must not be null\nc.uri: no")
	f.Add([]byte(source), `YAML parsing error: Unrecognized field "message" (class A), not marked as ignorable (through reference chain: A["tasks"]->java.util.ArrayList[0])`)
	f.Add([]byte(source), "Invalid type: x.Y (at line 9999999999999999999)")
	f.Fuzz(func(t *testing.T, source []byte, message string) {
		for _, finding := range ServerFindings(source, []string{message}) {
			if len(finding.Message) > maxServerMessage+50 {
				t.Errorf("a message of %d bytes", len(finding.Message))
			}
			if finding.Line < 0 || finding.Column < 0 {
				t.Errorf("a place that is none: %+v", finding)
			}
			_ = Excerpt(source, finding)
		}
	})
}
