package flow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// readError is what the YAML library gave up with. Its panics are errors too: no text may crash admission.
type readError struct{ problem any }

func (e readError) Error() string { return fmt.Sprint("reading YAML: ", e.problem) }

// stream reads the documents of a source one after the other.
type stream struct {
	decoder *yaml.Decoder
	skipped int           // lines before the source
	spaces  map[int][]int // columns of spaces that the source does not have, by line
}

// next reads one document; io.EOF means that there is none.
func (s *stream) next() (content *yaml.Node, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			content, err = nil, readError{problem}
		}
	}()
	document := new(yaml.Node)
	if err := s.decoder.Decode(document); err != nil {
		return nil, err
	}
	if s.skipped > 0 {
		shiftLines(document, -s.skipped)
	}
	if s.spaces != nil {
		unspace(document, s.spaces)
	}
	return document.Content[0], nil
}

func newStream(source []byte) *stream {
	return &stream{decoder: yaml.NewDecoder(bytes.NewReader(source))}
}

// open starts reading and returns the first document. What only our library cannot read is repaired.
func open(source []byte) (*stream, *yaml.Node, error) {
	s := newStream(source)
	content, err := s.next()
	for range maxRepairs {
		if err == nil || errors.Is(err, io.EOF) {
			break
		}
		repaired := repair(source, err)
		if repaired == nil {
			break
		}
		source, s = repaired, newStream(repaired)
		content, err = s.next()
	}
	if err == nil {
		return s, content, nil
	}
	switch problem := err.Error(); {
	case strings.Contains(problem, "unknown anchor"):
		return openWithAnchors(source)
	case strings.Contains(problem, "did not find expected ',' or"):
		if repaired, spaces := spaced(source); repaired != nil {
			s = newStream(repaired)
			s.spaces = spaces
			content, err = s.next()
		}
	}
	return s, content, err
}

// maxRepairs is how many different repairs one source may need.
const maxRepairs = 4

// openWithAnchors reads the source behind a document that defines every anchor it may ask for.
func openWithAnchors(source []byte) (*stream, *yaml.Node, error) {
	prefix := anchorsFor(source)
	if !startsDocument(source) {
		prefix = append(prefix, "---\n"...)
	}
	text := append(prefix, bytes.TrimPrefix(source, byteOrderMark)...)
	s := newStream(text)
	if _, err := s.next(); err != nil {
		return s, nil, err
	}
	s.skipped = bytes.Count(prefix, []byte("\n"))
	content, err := s.next()
	return s, content, err
}

// shiftLines moves a tree by a number of lines.
func shiftLines(n *yaml.Node, by int) {
	n.Line += by
	for _, child := range n.Content {
		shiftLines(child, by)
	}
}
