package selection

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesAreReadAsKubectlReadsThem(t *testing.T) {
	cases := map[string]struct {
		arguments string
		want      Selection
	}{
		"a kind and a name":          {"flow hello", Selection{"KestraFlow": {"hello"}}},
		"a kind and names":           {"kv b a b", Selection{"KestraKeyValue": {"a", "b"}}},
		"kinds with names":           {"flow/hello nsfile/main", Selection{"KestraFlow": {"hello"}, "KestraNamespaceFile": {"main"}}},
		"a kind alone":               {"flows", Selection{"KestraFlow": nil}},
		"a resource in full":         {"kestraflows.model.kestra.io hello", Selection{"KestraFlow": {"hello"}}},
		"a name that is also a word": {"flow kv", Selection{"KestraFlow": {"kv"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ParseNames(strings.Fields(tc.arguments))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAWordThatIsNoKindIsRefused(t *testing.T) {
	for _, arguments := range []string{"pod hello", "flow/", "flow hello kv/x pods/y"} {
		if _, err := ParseNames(strings.Fields(arguments)); err == nil {
			t.Errorf("%q was read", arguments)
		}
	}
}

func TestKindsAndNamesAreRead(t *testing.T) {
	cases := map[string]struct {
		arguments []string
		want      Selection
	}{
		"none means all":           {nil, Selection{"KestraFlow": nil, "KestraKeyValue": nil, "KestraNamespaceFile": nil}},
		"short names":              {[]string{"flow", "kv", "nsfile"}, Selection{"KestraFlow": nil, "KestraKeyValue": nil, "KestraNamespaceFile": nil}},
		"names":                    {[]string{"KestraFlow/a", "flows/b", "flow/a"}, Selection{"KestraFlow": {"a", "b"}}},
		"a kind beats its names":   {[]string{"kv/a", "kv", "kv/b"}, Selection{"KestraKeyValue": nil}},
		"with the group's suffix":  {[]string{"kestrakeyvalues.model.kestra.io/a"}, Selection{"KestraKeyValue": {"a"}}},
		"an unknown kind":          {[]string{"pods"}, nil},
		"a kind without its name":  {[]string{"flow/"}, nil},
		"only a name is no choice": {[]string{"/a"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tc.arguments)
			if diff := cmp.Diff(tc.want, got); diff != "" || (err == nil) != (tc.want != nil) {
				t.Errorf("error %v, selection (-want +got):\n%s", err, diff)
			}
		})
	}
}
