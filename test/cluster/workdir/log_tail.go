package workdir

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// tailBytes is how much of a log's end is quoted.
const tailBytes = 2 << 10

// LogTails says what the processes wrote last, as an error to join to the one that
// explains why the cluster goes: by the time that anyone reads it, the files are gone.
func (d *Dir) LogTails() error {
	var tails []error
	for _, log := range d.logs {
		text, err := os.ReadFile(log.Name())
		if err != nil {
			tails = append(tails, err)
			continue
		}
		if len(text) == 0 {
			continue
		}
		tails = append(tails, fmt.Errorf("%s ends with:\n%s", strings.TrimPrefix(log.Name(), d.Path+"/"), text[max(0, len(text)-tailBytes):]))
	}
	return errors.Join(tails...)
}
