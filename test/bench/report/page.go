package main

import (
	"fmt"
	"os"
	"strings"
)

// What is between the two marks of a page is written by this command.
const (
	beginMark = "<!-- measured: written by make bench -->\n"
	endMark   = "<!-- end of what was measured -->\n"
)

// fill replaces the part of a page between the marks.
func fill(path, text string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(page), beginMark)
	_, after, ended := strings.Cut(rest, endMark)
	if !begun || !ended {
		return fmt.Errorf("%s does not have the two marks", path)
	}
	return os.WriteFile(path, []byte(before+beginMark+"\n"+text+"\n"+endMark+after), 0o600)
}

// table has a line for each goal.
func table(measured results) string {
	var text strings.Builder
	text.WriteString("| | goal | measured | |\n|---|---|---|---|\n")
	part := ""
	for _, goal := range goals(measured) {
		shown := goal.part
		if shown == part {
			shown = ""
		}
		part = goal.part
		value, known := goal.value(measured)
		fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", shown, goal.text(), goal.show(value, known), goal.verdict(value, known))
	}
	return text.String()
}
