package flow

import (
	"bytes"
	"regexp"
	"strings"
)

// Some texts are fine for the server's YAML parser and not for ours. They are read another way: replaced,
// character for character, by text that reads alike, so that every position stays.

var (
	surrogateEscape = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)
	aliasName       = regexp.MustCompile(`\*[A-Za-z0-9_-]+`)
	// leadingTab is a tab behind the spaces a line starts with: content, in a block scalar.
	leadingTab = regexp.MustCompile(`(?m)^( +)\t`)
	// specialName is an anchor or alias by the server's rules; nameSign is what ours lack.
	specialName = regexp.MustCompile(`(?m)(?:^|[ \[{,])[*&][^ \t\r\n:,\[\]{}/.*&'"]+`)
	nameSign    = regexp.MustCompile(`[^A-Za-z0-9_-]`)
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
		return changed(source, specialName.ReplaceAllFunc(source, plainName))
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

// plainName replaces what our library does not take in the name of an anchor or alias.
func plainName(name []byte) []byte {
	mark := 1 + bytes.IndexAny(name[:2], "*&")
	return append(name[:mark:mark], nameSign.ReplaceAllLiteral(name[mark:], []byte("_"))...)
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
