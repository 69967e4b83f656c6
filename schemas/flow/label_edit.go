package flow

import (
	"bytes"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// EditError says why a source cannot be given the read-only label, and what to do.
type EditError struct {
	// Line and Column count from 1; 0 when the problem has no place.
	Line, Column int
	Message      string
}

func (e *EditError) Error() string {
	return fmt.Sprintf("set the label %s: line %d, column %d: %s", readOnlyLabel, e.Line, e.Column, e.Message)
}

// EnsureReadOnly returns the source with the label "system.readOnly" set to the text "true", and whether
// anything changed. The edit is minimal, deterministic and idempotent: every byte outside of it stays. What
// it did is read again, and taken back with an *EditError when anything but the label reads differently; so
// is a source that cannot be read.
func EnsureReadOnly(source []byte) (edited []byte, changed bool, err error) {
	return NewSource(source).EnsureReadOnly()
}

// EnsureReadOnly is the function EnsureReadOnly of the source.
func (s *Source) EnsureReadOnly() (edited []byte, changed bool, err error) {
	source := s.text
	root, findings := s.read()
	for _, f := range findings {
		if f.Severity == Error && f.Rule != secondDocumentRule {
			return source, false, &EditError{Line: f.Line, Column: f.Column, Message: f.Message}
		}
	}
	if hasReadOnly(root) {
		return source, false, nil
	}
	for _, e := range labelEdits(source, root) {
		if edited := e.apply(source); onlyLabelDiffers(root, edited) {
			return edited, true, nil
		}
	}
	f := noPlaceForLabel(source, root)
	return source, false, &EditError{Line: f.Line, Column: f.Column, Message: f.Message}
}

// checkLabelPlace refuses a source that cannot be given the read-only label: nothing is sent to Kestra without it.
// It looks for a place without reading the source again, as EnsureReadOnly does; what only that finds is refused
// where the label is set.
func checkLabelPlace(source []byte, root *yaml.Node, options Options) []Finding {
	if options.AllowWritable || options.RequireReadOnly || hasReadOnly(root) {
		return nil
	}
	edits := labelEdits(source, root)
	if len(edits) > 0 && len(source)+edits[0].growth() <= MaxSourceBytes {
		return nil
	}
	return []Finding{noPlaceForLabel(source, root)}
}

// noPlaceForLabel is the finding on a source that the label cannot be set in.
func noPlaceForLabel(source []byte, root *yaml.Node) Finding {
	at := root
	if key, _ := childPair(root, labelsKey); key != nil {
		at = key
	}
	if edits := labelEdits(source, root); len(edits) > 0 && len(source)+edits[0].growth() > MaxSourceBytes {
		return findingAt(at, Error, "policy-size", labelsKey, fmt.Sprintf("with the label %s the source has %d bytes, "+
			"at most %d are allowed; shorten it", readOnlyLabel, len(source)+edits[0].growth(), MaxSourceBytes))
	}
	return findingAt(at, Error, "policy-read-only-place", labelsKey, fmt.Sprintf(
		"the label %s cannot be set here without touching other text; write the labels as a mapping with the line %s",
		readOnlyLabel, readOnlyEntry))
}

// edit replaces the bytes from at to end by a text.
type edit struct {
	at, end int
	text    string
}

// growth is how many bytes the source gains.
func (e edit) growth() int { return len(e.text) - (e.end - e.at) }

func (e edit) apply(source []byte) []byte {
	return slices.Concat(source[:e.at], []byte(e.text), source[e.end:])
}

// hasReadOnly tells whether the label is there once, as the text "true".
func hasReadOnly(root *yaml.Node) bool {
	found := 0
	for _, l := range labelsOf(root) {
		if l.key != readOnlyLabel {
			continue
		}
		if found++; l.value == nil || l.value.Kind != yaml.ScalarNode || l.value.Tag != "!!str" || l.value.Value != "true" {
			return false
		}
	}
	return found == 1
}

// onlyLabelDiffers reads an edited source and tells whether it says the same as before, but for the label.
func onlyLabelDiffers(before *yaml.Node, edited []byte) bool {
	after, findings := read(edited, defaultLimits)
	if after == nil || slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error && f.Rule != secondDocumentRule }) {
		return false
	}
	return hasReadOnly(after) && sameTrees(withoutReadOnly(before), withoutReadOnly(after))
}

// withoutReadOnly lists the children of a root, with those of the labels in place of the labels, and
// without the read-only label.
func withoutReadOnly(root *yaml.Node) []*yaml.Node {
	var rest, labels []*yaml.Node
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key, value := root.Content[i], root.Content[i+1]; key.Value == labelsKey {
			labels = otherLabels(value)
		} else {
			rest = append(rest, key, value)
		}
	}
	return append(rest, labels...)
}

func otherLabels(node *yaml.Node) []*yaml.Node {
	var others []*yaml.Node
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value != readOnlyLabel {
				others = append(others, node.Content[i], node.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			if key := child(item, "key"); key == nil || key.Value != readOnlyLabel {
				others = append(others, item)
			}
		}
	}
	return others
}

// sameTrees compares what two lists of nodes say, whatever their place.
func sameTrees(a, b []*yaml.Node) bool {
	return slices.EqualFunc(a, b, func(a, b *yaml.Node) bool {
		return a.Kind == b.Kind && a.Tag == b.Tag && a.Value == b.Value && a.Style == b.Style && a.Anchor == b.Anchor &&
			sameTrees(a.Content, b.Content)
	})
}

// eolAt returns the line break that the lines around an offset end with.
func eolAt(source []byte, at int) string {
	for _, text := range [][]byte{source[:at], source[at:]} {
		if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
			return string(text[i : i+lineBreak(text, i)])
		}
	}
	return "\n"
}
