package clock

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"
)

// Clock is the wall clock of programs that were compiled with [Flags].
type Clock struct{ path string }

// New makes a clock that tells the system's time, kept in a file.
func New(path string) (Clock, error) {
	c := Clock{path}
	if err := os.WriteFile(path, make([]byte, 8), 0o600); err != nil {
		return c, fmt.Errorf("make a clock: %w", err)
	}
	return c, nil
}

// Environment is what a program that shall have this clock gets, as KEY=value.
func (c Clock) Environment() string { return "TEST_CLOCK=" + c.path }

// Set makes the clock ahead of the system's by a number of whole seconds, or behind it, from now on.
func (c Clock) Set(ahead time.Duration) error {
	file, err := os.OpenFile(c.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("set a clock: %w", err)
	}
	// At once, and in place: programs have the file in their memory.
	_, err = file.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(ahead/time.Second)), 0)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
