package validate

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// scalarPlace maps positions within a scalar's value to the text it stands in.
type scalarPlace struct {
	node  *yaml.Node
	lines [][]byte // of the document
	value []string // lines of the scalar's value
}

func newScalarPlace(node *yaml.Node, documentText []byte) scalarPlace {
	return scalarPlace{
		node:  node,
		lines: bytes.Split(documentText, []byte("\n")),
		value: strings.Split(node.Value, "\n"),
	}
}

// inDocument moves a finding from the value to the document. Where the scalar does not show the value's
// lines literally, the finding moves to the scalar's start and its message names the place within.
func (p scalarPlace) inDocument(finding flow.Finding) flow.Finding {
	line, indent, literal := p.locate(finding.Line)
	if finding.Line > 0 && literal {
		finding.Line = line
		finding.Column += indent
		return finding
	}
	if finding.Line > 0 {
		finding.Message = fmt.Sprintf("%s (line %d, column %d of the source)", finding.Message, finding.Line, finding.Column)
	}
	finding.Line, finding.Column = p.node.Line, p.node.Column
	return finding
}

// locate finds a line of the value in a literal block scalar, whose lines stand below its header, all
// indented alike.
func (p scalarPlace) locate(line int) (documentLine, indent int, ok bool) {
	if p.node.Style&yaml.LiteralStyle == 0 || line < 1 || line > len(p.value) {
		return 0, 0, false
	}
	documentLine = p.node.Line + line
	if documentLine > len(p.lines) {
		return 0, 0, false
	}
	raw := strings.TrimRight(string(p.lines[documentLine-1]), "\r")
	value := strings.TrimRight(p.value[line-1], "\r")
	if value == "" {
		return documentLine, 0, strings.TrimSpace(raw) == ""
	}
	return documentLine, len(raw) - len(value), strings.HasSuffix(raw, value)
}
