package flow

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// mustRead reads a source that has a root.
func mustRead(t *testing.T, source string) *yaml.Node {
	t.Helper()
	root, findings := read([]byte(source), defaultLimits)
	if root == nil {
		t.Fatalf("not read: %v", findings)
	}
	return root
}

func TestIdentityMustBeWellFormedAndTheObjects(t *testing.T) {
	object := Identity{Namespace: "company.team", ID: "orders"}
	tests := map[string]struct {
		source string
		want   []string
	}{
		"the same":              {"id: orders\nnamespace: company.team\n", nil},
		"the same in quotes":    {"\"id\": 'orders'\nnamespace: \"company.team\"\n", nil},
		"id differs":            {"id: order\nnamespace: company.team\n", []string{"id-mismatch 1:5"}},
		"namespace differs":     {"id: orders\nnamespace: company\n", []string{"namespace-mismatch 2:12"}},
		"both missing":          {"\n\ntasks: []\n", []string{"missing-id 3:1", "missing-namespace 3:1"}},
		"id with a slash":       {"id: a/b\nnamespace: company.team\n", []string{"invalid-id 1:5"}},
		"id is null":            {"id: ~\nnamespace: company.team\n", []string{"invalid-id 1:5"}},
		"id is empty":           {"id: ''\nnamespace: company.team\n", []string{"invalid-id 1:5"}},
		"id is a mapping":       {"id:\n  a: b\nnamespace: company.team\n", []string{"invalid-id 2:3"}},
		"id is too long":        {"id: " + strings.Repeat("a", 101) + "\nnamespace: company.team\n", []string{"invalid-id 1:5"}},
		"namespace in capitals": {"id: orders\nnamespace: Company\n", []string{"invalid-namespace 2:12"}},
		"namespace is a number": {"id: orders\nnamespace: 1\n", []string{"invalid-namespace 2:12"}},
		"namespace with accent": {"id: orders\nnamespace: é\n", []string{"invalid-namespace 2:12"}},
		"namespace too long":    {"id: orders\nnamespace: " + strings.Repeat("a", 151) + "\n", []string{"invalid-namespace 2:12"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rulesAndPlaces(checkIdentity(mustRead(t, test.source), object))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// The server reads numbers, booleans and dates as text in an id.
func TestIdentityTakesAnyTextAsID(t *testing.T) {
	for _, id := range []string{"true", "1.5", "2024-01-01", "123", "'1'", "PT1M", "a.b", strings.Repeat("a", 100)} {
		t.Run(id, func(t *testing.T) {
			root := mustRead(t, "id: "+id+"\nnamespace: a\n")
			if findings := checkIdentity(root, Identity{ID: strings.Trim(id, "'")}); len(findings) > 0 {
				t.Error(findings)
			}
		})
	}
}

func TestIdentityMismatchShowsBothSides(t *testing.T) {
	findings := checkIdentity(mustRead(t, "id: a\nnamespace: b\n"), Identity{ID: "c", Namespace: "b"})
	if len(findings) != 1 {
		t.Fatal(findings)
	}
	want := `line 1, column 5: id: id is "a" in the source and "c" in the object around it; make both the same`
	if got := findings[0].String(); got != want {
		t.Errorf("message:\n%s\nwant:\n%s", got, want)
	}
}

func TestReservedIDsDependOnTheVersion(t *testing.T) {
	tests := map[string]struct {
		id, version string
		want        Severity
	}{
		"1.3 refuses":                 {"pause", "1.3.25", Error},
		"1.0 refuses":                 {"change-status", "1.0", Error},
		"2.0 warns":                   {"pause", "2.0.0-SNAPSHOT", Warning},
		"an unrecorded version warns": {"pause", "0.24", Warning},
		"the default refuses":         {"pause", "", Error},
		"other words are free":        {"validate", "1.3.25", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			findings := checkReservedID(mustRead(t, "id: "+test.id+"\n"), mustEmbed(t, test.version))
			var got Severity
			if len(findings) > 0 {
				got = findings[0].Severity
			}
			if got != test.want {
				t.Errorf("severity = %q, want %q", got, test.want)
			}
		})
	}
}

func TestDeletedFlowsAreRefused(t *testing.T) {
	tests := map[string]bool{
		"true": true, "'true'": true, "True": true, "yes": true, "-1": true, "1": true,
		"false": false, "0": false, "null": false, "no": false, "''": false, "": false,
	}
	for value, refused := range tests {
		t.Run(value, func(t *testing.T) {
			findings := checkDeleted(mustRead(t, "id: a\ndeleted: "+value+"\n"))
			if got := len(findings) > 0; got != refused {
				t.Fatalf("refused = %v: %v", got, findings)
			}
			if refused && findings[0].Rule != "policy-deleted" {
				t.Errorf("rule = %s", findings[0].Rule)
			}
		})
	}
}
