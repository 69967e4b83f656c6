package main

import (
	"bytes"
	"os"
	"strings"

	"github.com/kestra-operator/kestra-operator/test/demo/recording"
)

// draw writes the scenes that are for the recording into a file.
func draw(shown []recording.Entry, file string) error {
	var chosen []recording.Entry
	wanted := false
	for _, entry := range shown {
		if entry.Kind == recording.Title {
			wanted = isDrawn(entry.Text)
		}
		if wanted {
			entry.Text = strings.ReplaceAll(entry.Text, testdata, "")
			chosen = append(chosen, entry)
		}
	}
	var picture bytes.Buffer
	if err := recording.SVG(&picture, chosen); err != nil {
		return err
	}
	return os.WriteFile(file, picture.Bytes(), 0o600)
}

func isDrawn(title string) bool {
	for _, scene := range story {
		if scene.drawn && strings.HasSuffix(title, ". "+scene.title) {
			return true
		}
	}
	return false
}
