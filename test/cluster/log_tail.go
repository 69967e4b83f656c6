package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// logTailBytes is how much of a log's end goes into an error.
const logTailBytes = 2 << 10

// logTails says what the processes wrote last, as an error: by the time that
// anyone reads about a failed start, the log files are gone.
func (c *ControlPlane) logTails() error {
	var tails []error
	for _, log := range c.logs {
		text, err := os.ReadFile(log.Name())
		if err != nil {
			tails = append(tails, err)
			continue
		}
		tails = append(tails, fmt.Errorf("%s ends with:\n%s", filepath.Base(log.Name()), text[max(0, len(text)-logTailBytes):]))
	}
	return errors.Join(tails...)
}
