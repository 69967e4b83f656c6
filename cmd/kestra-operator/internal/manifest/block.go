package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// indentation of each level of a document, in spaces.
const indentation = 2

// blocks are texts to be written as literal blocks, by the mark that stands for each until then. The YAML
// library refuses to write a block of a text with a space at the end of a line, as every ninth flow has.
type blocks map[string]string

// mark remembers a text and returns what stands for it: a word that is plain in YAML and cannot be guessed.
func (b blocks) mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	mark := "block-" + hex.EncodeToString(sum[:])
	b[mark] = text
	return mark
}

// fill puts the blocks in the place of their marks.
func (b blocks) fill(document []byte) []byte {
	var filled bytes.Buffer
	for line := range bytes.Lines(document) {
		key, mark, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), ": ")
		text, marked := b[mark]
		if !marked {
			filled.Write(line)
			continue
		}
		depth := len(key) - len(strings.TrimLeft(key, " "))
		filled.WriteString(key + ": " + block(text, depth+indentation))
	}
	return filled.Bytes()
}

// block writes a text as a literal block, its lines indented by so many spaces.
func block(text string, indent int) string {
	header := "|"
	if text != "" && strings.ContainsAny(text[:1], " \n") {
		header += string(rune('0' + indentation)) // cannot be told from the first line
	}
	switch {
	case !strings.HasSuffix(text, "\n"):
		header += "-"
		text += "\n"
	case strings.HasSuffix(text, "\n\n") || text == "\n":
		header += "+"
	}
	var b strings.Builder
	b.WriteString(header + "\n")
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(strings.Repeat(" ", indent))
		}
		b.WriteString(line)
	}
	return b.String()
}

// survives tells whether a text reads back the same from a block: not with a carriage return, for one, nor with
// what YAML takes for the end of a line and Kestra does not.
func survives(text string) bool {
	document := "spec:\n  text: " + block(text, 2*indentation)
	return readsAs([]byte(document), map[string]any{"spec": map[string]any{"text": text}})
}
