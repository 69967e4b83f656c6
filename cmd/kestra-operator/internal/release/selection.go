package release

import (
	"fmt"
	"slices"
	"strings"
)

// kind is one of the operator's kinds and what people call it.
type kind struct {
	name  string
	words []string
}

var kinds = []kind{
	{"KestraFlow", []string{"kestraflow", "kestraflows", "flow", "flows"}},
	{"KestraKeyValue", []string{"kestrakeyvalue", "kestrakeyvalues", "keyvalue", "keyvalues", "kv"}},
	{"KestraNamespaceFile", []string{"kestranamespacefile", "kestranamespacefiles", "namespacefile", "namespacefiles", "nsfile", "nsfiles"}},
}

// group is the suffix with which kubectl takes a resource in full.
const group = ".model.kestra.io"

// Selection is which objects are meant: of each kind all, or those named.
type Selection map[string][]string

// Select reads arguments such as "flows" and "kv/password"; none means every kind.
func Select(arguments []string) (Selection, error) {
	selection := Selection{}
	whole := map[string]bool{}
	for _, argument := range arguments {
		word, name, named := strings.Cut(argument, "/")
		kind, err := kindOf(word)
		if err != nil {
			return nil, err
		}
		if named && name == "" {
			return nil, fmt.Errorf("%q: want KIND or KIND/NAME", argument)
		}
		if whole[kind] = whole[kind] || !named; whole[kind] {
			selection[kind] = nil
		} else if !slices.Contains(selection[kind], name) {
			selection[kind] = append(selection[kind], name)
		}
	}
	if len(arguments) == 0 {
		for _, kind := range kinds {
			selection[kind.name] = nil
		}
	}
	return selection, nil
}

func kindOf(word string) (string, error) {
	var known []string
	for _, kind := range kinds {
		if slices.Contains(kind.words, strings.TrimSuffix(strings.ToLower(word), group)) {
			return kind.name, nil
		}
		known = append(known, kind.words[1])
	}
	return "", fmt.Errorf("no kind %q: want one of %s", word, strings.Join(known, ", "))
}

// Named is true when some object was asked for by name.
func (s Selection) Named() bool {
	for _, names := range s {
		if len(names) > 0 {
			return true
		}
	}
	return false
}
