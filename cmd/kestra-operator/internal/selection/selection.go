package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// words are what people call each kind.
var words = map[string][]string{
	"KestraFlow":          {"kestraflow", "kestraflows", "flow", "flows"},
	"KestraKeyValue":      {"kestrakeyvalue", "kestrakeyvalues", "keyvalue", "keyvalues", "kv"},
	"KestraNamespaceFile": {"kestranamespacefile", "kestranamespacefiles", "namespacefile", "namespacefiles", "nsfile", "nsfiles"},
}

// Words returns the usual word for each kind, for completion.
func Words() []string { return []string{"flow", "kv", "nsfile"} }

// Selection is which objects are meant: of each kind all, or those named.
type Selection map[string][]string

// Parse reads arguments such as "flows" and "kv/password"; none means every kind.
func Parse(arguments []string) (Selection, error) {
	selection := Selection{}
	whole := map[string]bool{}
	for _, argument := range arguments {
		word, name, named := strings.Cut(argument, "/")
		kind, err := KindOf(word)
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
		for _, kind := range v1alpha1.Kinds() {
			selection[kind] = nil
		}
	}
	return selection, nil
}

// ParseNames reads arguments as kubectl does: a kind and names of it, such as "flow hello world", or what Parse reads.
func ParseNames(arguments []string) (Selection, error) {
	if len(arguments) < 2 || strings.Contains(strings.Join(arguments, ""), "/") {
		return Parse(arguments)
	}
	kind, err := KindOf(arguments[0])
	if err != nil {
		return nil, err
	}
	names := slices.Clone(arguments[1:])
	slices.Sort(names)
	return Selection{kind: slices.Compact(names)}, nil
}

// KindOf returns the kind that a word means, in the singular or plural, short or in full.
func KindOf(word string) (string, error) {
	var known []string
	for _, kind := range v1alpha1.Kinds() {
		if slices.Contains(words[kind], strings.TrimSuffix(strings.ToLower(word), "."+v1alpha1.GroupName)) {
			return kind, nil
		}
		known = append(known, words[kind][1])
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
