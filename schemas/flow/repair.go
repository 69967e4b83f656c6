package flow

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Some texts are fine for the server's YAML parser and not for ours. They are read another way: replaced,
// character for character, by text that reads alike, so that every position stays.

var (
	// tightValue is a key within brackets and a bracket right behind its colon.
	tightValue      = regexp.MustCompile(`[^\s"'\[\]{},:]:[\[{]`)
	surrogateEscape = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)
	aliasName       = regexp.MustCompile(`\*[A-Za-z0-9_-]+`)
	// leadingTab is a tab behind the spaces a line starts with: content, in a block scalar.
	leadingTab = regexp.MustCompile(`(?m)^( +)\t`)
	// nameSign is what the server allows in the name of an anchor or alias and ours does not.
	nameSign = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// repair returns a copy of the source without what the library stumbled over, or nil when the error is
// one that the server would report too.
func repair(source []byte, err error) []byte {
	problem := err.Error()
	switch {
	case strings.Contains(problem, "found incompatible YAML document"), strings.Contains(problem, "found unknown directive name"):
		return withoutDirectives(source)
	case strings.Contains(problem, "found invalid Unicode character escape code"):
		return changed(source, surrogateEscape.ReplaceAllLiteral(source, []byte(`\uFFFD`)))
	case strings.Contains(problem, "where an indentation space is expected"):
		return changed(source, leadingTab.ReplaceAll(source, []byte("$1.")))
	case strings.Contains(problem, "did not find expected alphabetic or numeric character"):
		return changed(source, withPlainName(source, reachedOffset(source)))
	}
	return nil
}

// changed returns nil for a repair that changed nothing.
func changed(source, repaired []byte) []byte {
	if bytes.Equal(source, repaired) {
		return nil
	}
	return repaired
}

// withPlainName replaces what our library does not take in the name of the first anchor or alias of the line
// at an offset that has such a sign.
func withPlainName(source []byte, at int) []byte {
	for start := at - column(source, at); start < min(at+2*scannerLookahead, len(source)); start++ {
		if source[start] != '*' && source[start] != '&' {
			continue
		}
		end := start + 1
		for !isBlank(source, end) && bytes.IndexByte([]byte(":,[]{}/.*&"), source[end]) < 0 {
			end++
		}
		if name := source[start+1 : end]; nameSign.Match(name) {
			return slices.Concat(source[:start+1], nameSign.ReplaceAllLiteral(name, []byte("_")), source[end:])
		}
	}
	return source
}

// withoutDirectives turns the lines that start with "%" before the first document into comments.
func withoutDirectives(source []byte) []byte {
	repaired := bytes.Clone(source)
	at := 0
	if bytes.HasPrefix(source, byteOrderMark) {
		at = len(byteOrderMark)
	}
	for at < len(source) && !bytes.HasPrefix(source[at:], []byte("---")) {
		if source[at] == '%' {
			repaired[at] = '#'
		}
		at = nextLine(source, at)
	}
	return repaired
}

// anchorsFor returns one line, a document of its own, that defines every name that could be an alias in the
// source: the server takes an alias without an anchor for text.
func anchorsFor(source []byte) []byte {
	var line bytes.Buffer
	line.WriteString("--- [")
	seen := map[string]bool{}
	for _, alias := range aliasName.FindAll(source, -1) {
		if name := string(alias[1:]); !seen[name] {
			seen[name] = true
			line.WriteString("&" + name + " x,")
		}
	}
	line.WriteString("]\n")
	return line.Bytes()
}

// startsDocument tells whether the first line that is neither empty, comment nor directive is "---".
func startsDocument(source []byte) bool {
	source = bytes.TrimPrefix(source, byteOrderMark)
	for at := 0; at < len(source); at = nextLine(source, at) {
		if c := source[at]; c != '#' && c != '%' && lineBreak(source, at) == 0 {
			return bytes.HasPrefix(source[at:], []byte("---"))
		}
	}
	return false
}

// maxSpaced is how many keys are helped in one source.
const maxSpaced = 200

// spaced returns a copy of the source with a space between a key within brackets and the bracket right behind
// its colon, and where these spaces are, by line; nil when there is no such key, or more than a real flow has.
func spaced(source []byte) (repaired []byte, columns map[int][]int) {
	matches := tightValue.FindAllIndex(source, maxSpaced+1)
	if len(matches) == 0 || len(matches) > maxSpaced {
		return nil, nil
	}
	last := 0
	columns = map[int][]int{}
	for _, match := range matches {
		repaired = append(repaired, source[last:match[1]-1]...)
		last = match[1] - 1
		line, column := position(repaired, len(repaired))
		columns[line] = append(columns[line], column)
		repaired = append(repaired, ' ')
	}
	return append(repaired, source[last:]...), columns
}

// unspace moves a tree that was read from a spaced source to where it is without the spaces.
func unspace(n *yaml.Node, columns map[int][]int) {
	for _, added := range slices.Backward(columns[n.Line]) {
		if added < n.Column {
			n.Column--
		}
	}
	for _, child := range n.Content {
		unspace(child, columns)
	}
}
