package flow

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// libraryMessage is how the YAML library words an error; the line is missing when it is the first one.
var libraryMessage = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntaxFinding turns an error of the YAML library into a finding. The library names no column, and for half
// of its errors the line where the surrounding value starts.
func syntaxFinding(source []byte, err error) Finding {
	parts := libraryMessage.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	line := 1
	if parts[1] != "" {
		line, _ = strconv.Atoi(parts[1])
	}
	reached := reachedOffset(source)
	if strings.Contains(parts[2], "exceeded max depth") {
		line, column := position(source, reached)
		return defaultLimits.depthFinding(&yaml.Node{Line: line, Column: column})
	}
	problem := problemOf(parts[2])
	at := problem.place(source, line, reached)
	if strings.Contains(parts[2], "did not find expected") || strings.Contains(parts[2], "mapping values") {
		if quote := textBehindQuote(source, at); quote >= 0 {
			problem, at = strayText, quote
		}
	}
	if at < len(source) && source[at] == '\t' {
		return tabFinding(source, at)
	}
	return syntaxFindingAt(source, at, problem.advice)
}

func syntaxFindingAt(source []byte, at int, advice string) Finding {
	line, column := position(source, at)
	return Finding{Severity: Error, Rule: "yaml-syntax", Line: line, Column: column, Message: "this is not valid YAML: " + advice}
}

// syntaxProblem is a kind of error: how the library words it, and what to tell the user.
type syntaxProblem struct {
	wording string
	advice  string
	place   func(source []byte, line, reached int) int // offset of the problem
}

var syntaxProblems = []syntaxProblem{
	{"mapping values are not allowed", "a \":\" is not allowed here; put the value in quotes, or check the indentation of this line and the one above", atColon},
	{"found character that cannot start any token", "this character cannot start a value; put the value in quotes", atReached},
	{"could not find expected ':'", "this line is no \"key: value\"; add the colon and the space behind it, or check the indentation", atLine},
	{"did not find expected key", "this line does not belong to the mapping above; check its indentation", atReachedLine},
	{"did not find expected '-' indicator", "this line does not belong to the list above; start it with \"- \", or check its indentation", atReachedLine},
	{"did not find expected ',' or", "a bracket that was opened is not closed, or a comma is missing", atBracket},
	{"block sequence entries are not allowed", "a list cannot start here; put it on a line of its own", atReached},
	{"found unexpected end of stream", "a quote that was opened is not closed", atQuote},
	{"found unexpected document indicator", "a quote that was opened is not closed before the end of the document", atQuote},
	{"found a tab character", "a tab stands in the wrong place", atTab},
	{"found unknown escape character", "this escape does not exist; write \\\\ for a backslash, or use single quotes", atReached},
	{"alphabetic or numeric character", "a value that starts with \"*\" or \"&\" must be in quotes", atReached},
	{"did not find expected node content", "a value is missing or starts with a character that must be in quotes", atValue},
	{"did not find expected <document start>", "only one document is allowed, and nothing may stand behind it", atReachedLine},
	{"found undefined tag handle", "this tag is not defined; put a value that starts with \"!\" in quotes", atReached},
}

// problemOf finds the kind of an error; others speak for themselves.
func problemOf(wording string) syntaxProblem {
	for _, p := range syntaxProblems {
		if strings.Contains(wording, p.wording) {
			return p
		}
	}
	return syntaxProblem{advice: wording, place: atLine}
}

// strayText is an error that the library reports as another one in a line below.
var strayText = syntaxProblem{advice: "text cannot follow a closing quote; write a quote within quotes twice ('') or with a backslash (\\\")"}

// textBehindQuote finds text behind the closing quote of a value in the line of an offset or the last one
// before it that is not empty; -1 when there is none.
func textBehindQuote(source []byte, at int) int {
	start := at - column(source, at)
	for range 2 {
		end := lineEnd(source, start)
		if quote := quotedValue(source, start, end); quote >= 0 {
			text := skipSpaces(source, quotedEnd(source[:end], quote))
			if text < end && bytes.IndexByte([]byte(":,]}#\t"), source[text]) < 0 {
				return text
			}
		}
		before := bytes.TrimRight(source[:start], " \r\n")
		start = len(before) - column(source, len(before))
	}
	return -1
}

// quotedValue returns the offset of the first quote behind "key: " or "- " in a line, -1 when there is none.
func quotedValue(source []byte, start, end int) int {
	for i := start; i < end; i++ {
		if c := source[i]; c != '"' && c != '\'' {
			continue
		}
		before := bytes.TrimRight(source[start:i], " ")
		if n := len(before); n > 0 && n < i-start && (before[n-1] == ':' || before[n-1] == '-') {
			return i
		}
		return -1
	}
	return -1
}

// scannerLookahead is how far the library reads beyond the place it is at.
const scannerLookahead = 4

// reachedOffset returns about how far the library comes in a source before it gives up.
func reachedOffset(source []byte) int {
	reader := &byteReader{source: source}
	s := stream{decoder: yaml.NewDecoder(reader)}
	for {
		if _, err := s.next(); err != nil {
			return max(reader.at-scannerLookahead, 0)
		}
	}
}

// byteReader hands out a source byte by byte, so that what was read tells what was looked at.
type byteReader struct {
	source []byte
	at     int
}

func (r *byteReader) Read(p []byte) (int, error) {
	if r.at >= len(r.source) {
		return 0, io.EOF
	}
	p[0] = r.source[r.at]
	r.at++
	return 1, nil
}

// atReached is where the library came to; near the end it looked less far ahead.
func atReached(source []byte, _, reached int) int { return skipSpaces(source, reached) }

func atColon(source []byte, _, reached int) int {
	if i := bytes.IndexByte(source[reached:], ':'); i >= 0 {
		return reached + i
	}
	return reached
}

// atReachedLine is the first character of the line that was reached.
func atReachedLine(source []byte, _, reached int) int {
	return skipSpaces(source, reached-column(source, reached))
}

// atLine is the first character of the line that the library names.
func atLine(source []byte, line, _ int) int { return skipSpaces(source, lineStart(source, line)) }

// atTab is the first tab from where the library came to.
func atTab(source []byte, _, reached int) int {
	if i := bytes.IndexByte(source[reached:], '\t'); i >= 0 {
		return reached + i
	}
	return reached
}

// atQuote is the quote that is not closed in the line that the library names.
func atQuote(source []byte, line, _ int) int {
	at := lineStart(source, line)
	for end := lineEnd(source, at); at < end; {
		if source[at] != '"' && source[at] != '\'' {
			at++
			continue
		}
		closed := quotedEnd(source[:end], at)
		if closed == end && (closed == at+1 || source[closed-1] != source[at]) {
			return at
		}
		at = closed
	}
	return lineStart(source, line)
}

// atBracket is the last bracket that is not closed in its line. The library names the line before it.
func atBracket(source []byte, line, _ int) int {
	if at := openBracket(source, lineStart(source, line+1)); at >= 0 {
		return at
	}
	return atLine(source, line+1, 0)
}

// atValue is the bracket that is open where the library came to, or else that place.
func atValue(source []byte, _, reached int) int {
	if at := openBracket(source, reached-column(source, reached)); at >= 0 {
		return at
	}
	return atReached(source, 0, reached)
}

// openBracket returns the offset of the last bracket that is not closed in a line; -1 when there is none.
func openBracket(source []byte, at int) int {
	var open []int
	for end := lineEnd(source, at); at < end; at++ {
		switch source[at] {
		case '[', '{':
			open = append(open, at)
		case ']', '}':
			open = open[:max(len(open)-1, 0)]
		}
	}
	if len(open) == 0 {
		return -1
	}
	return open[len(open)-1]
}
