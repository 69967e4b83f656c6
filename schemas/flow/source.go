package flow

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Source is the text of a flow, for whoever asks more than one thing of it: it is read once, which is most of the work,
// and only when something is asked. It is not safe for concurrent use.
type Source struct {
	text   []byte
	isRead bool
	// root is the mapping of the first document; nil when there is none to judge.
	root *yaml.Node
	// findings say what is wrong with the text as YAML.
	findings []Finding
}

// NewSource returns the source of a text, which must not change afterwards.
func NewSource(text []byte) *Source { return &Source{text: text} }

// Text is what the source was made of.
func (s *Source) Text() []byte { return s.text }

// read returns what the text holds. Nobody may change the tree; the list of findings is the caller's own.
func (s *Source) read() (root *yaml.Node, findings []Finding) {
	if !s.isRead {
		s.root, s.findings = read(s.text, defaultLimits)
		s.isRead = true
	}
	return s.root, slices.Clone(s.findings)
}
