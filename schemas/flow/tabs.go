package flow

import "bytes"

// tabFinding refuses the first tab that stands where the server expects a token. Our library is more
// patient: it takes tabs for spaces in many places.
func tabFinding(source []byte) (Finding, bool) {
	if bytes.IndexByte(source, '\t') < 0 {
		return Finding{}, true
	}
	scan := tabScan{source: source, indent: -1}
	if bytes.HasPrefix(source, byteOrderMark) {
		scan.at = len(byteOrderMark)
	}
	at := scan.run()
	if at < 0 {
		return Finding{}, true
	}
	line, column := position(source, at)
	return Finding{
		Severity: Error, Rule: "yaml-tab", Line: line, Column: column,
		Message: "a tab cannot stand here; use spaces to indent and to separate",
	}, false
}

// tabScan walks over the tokens of a first document that is known to be well-formed.
type tabScan struct {
	source    []byte
	at        int
	indent    int // column of the innermost key or list item
	lastToken int // where the last scalar or alias, perhaps a key, starts
	brackets  int // open ones
	content   bool
}

// run returns the offset of a tab at the place of a token, or -1.
func (s *tabScan) run() int {
	for s.at < len(s.source) {
		s.at = skipSpaces(s.source, s.at)
		if s.at >= len(s.source) {
			break
		}
		if size := lineBreak(s.source, s.at); size > 0 {
			s.at += size
			continue
		}
		if s.source[s.at] == '\t' {
			return s.at
		}
		if s.source[s.at] == '#' {
			s.at = lineEnd(s.source, s.at)
			continue
		}
		if s.brackets == 0 && isDocumentMarker(s.source, s.at) && column(s.source, s.at) == 0 {
			if s.content {
				return -1 // what follows the first document is never read
			}
			s.at += 3
			continue
		}
		s.token()
	}
	return -1
}

// token moves behind the token at the current place.
func (s *tabScan) token() {
	source, at := s.source, s.at
	switch c := source[at]; {
	case c == '%' && column(source, at) == 0:
		s.at = lineEnd(source, at)
		return
	case c == '"' || c == '\'':
		s.lastToken, s.at = at, quotedEnd(source, at)
	case c == '[' || c == '{':
		s.brackets++
		s.at++
	case (c == ']' || c == '}') && s.brackets > 0:
		s.brackets--
		s.at++
	case c == ',' && s.brackets > 0:
		s.at++
	case (c == '-' || c == '?') && isBlank(source, at+1):
		if s.brackets == 0 {
			s.indent = column(source, at)
		}
		s.at++
	case c == ':' && (s.brackets > 0 || isBlank(source, at+1)):
		if s.brackets == 0 {
			s.indent = column(source, s.keyBefore(at))
		}
		s.at++
	case c == '&' || c == '!':
		s.at = s.wordEnd()
	case c == '*':
		s.lastToken, s.at = at, s.wordEnd()
	case (c == '|' || c == '>') && s.brackets == 0:
		s.at = blockScalarEnd(source, at, s.indent)
	default:
		s.lastToken = at
		_, s.at = plainEnd(source, at, s.indent, s.brackets > 0)
		s.at = max(s.at, at+1)
	}
	s.content = true
}

// keyBefore returns where the key of the colon at an offset starts: in the same line, or at the colon.
func (s *tabScan) keyBefore(at int) int {
	if bytes.ContainsAny(s.source[s.lastToken:at], "\r\n") {
		return at
	}
	return s.lastToken
}

// wordEnd returns the end of an anchor, an alias or a tag.
func (s *tabScan) wordEnd() int {
	at := s.at
	for !isBlank(s.source, at) && !(s.brackets > 0 && isFlowIndicator(s.source, at)) {
		at++
	}
	return max(at, s.at+1)
}
