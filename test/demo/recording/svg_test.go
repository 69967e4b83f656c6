package recording

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

var transcript = []Entry{
	{Title, "1. One"},
	{Command, "$ kubectl get flow"},
	{Output, "NAME    READY   AGE\nhello   True    17s"},
	{Title, "2. Two"},
	{Output, "<&> " + strings.Repeat("x", columns)},
}

func draw(t *testing.T, transcript []Entry) string {
	t.Helper()
	var svg strings.Builder
	if err := SVG(&svg, transcript); err != nil {
		t.Fatal(err)
	}
	return svg.String()
}

func TestAPictureIsWellFormed(t *testing.T) {
	decoder := xml.NewDecoder(strings.NewReader(draw(t, transcript)))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSameStoryMakesTheSamePictureWhateverTheAges(t *testing.T) {
	later := append([]Entry{}, transcript...)
	later[2].Text = strings.Replace(later[2].Text, "17s", "3s", 1)
	if draw(t, transcript) != draw(t, later) {
		t.Error("an age is part of the picture")
	}
}

func TestAScreenEndsWhereTheNextBegins(t *testing.T) {
	lines, rows, total := schedule(screens(transcript))
	if len(lines) != 7 || rows != 5 {
		t.Fatalf("%d lines in %d rows, want 7 in 5: %+v", len(lines), rows, lines)
	}
	first, second := lines[0], lines[4]
	if first.to != second.from || lines[6].to != total {
		t.Errorf("the first screen is seen until %.1f, the second from %.1f to %.1f of %.1f", first.to, second.from, lines[6].to, total)
	}
	if lines[5].text != "<&> "+strings.Repeat("x", columns-4) || lines[6].text != "  xxxx" {
		t.Errorf("a long line is divided as %q and %q", lines[5].text, lines[6].text)
	}
}
