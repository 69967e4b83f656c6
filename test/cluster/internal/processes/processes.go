// Package processes finds the processes that a test cluster has left running.
package processes

import (
	"os"
	"path/filepath"
	"strings"
)

// Mentioning lists the command lines of this machine that contain text, such as a
// cluster's folder.
func Mentioning(text string) []string {
	// The pattern is well-formed, which is all that Glob reports.
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var found []string
	for _, file := range files {
		// A process that ended meanwhile cannot be read.
		if line, err := os.ReadFile(file); err == nil && strings.Contains(string(line), text) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}
