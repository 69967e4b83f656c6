package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// event is one line of "go test -json".
type event struct {
	Action, Package, Test string
}

// tally of any number of runs.
type tally struct {
	passed, failed, skipped int
	// complaints are failures that no test stands for.
	complaints []string
}

// String is the tally as one line.
func (t tally) String() string {
	text := fmt.Sprintf("%d passed, %d failed", t.passed, t.failed)
	if t.skipped > 0 {
		text += fmt.Sprintf(", %d skipped", t.skipped)
	}
	return text
}

func (t *tally) complain(format string, arguments ...any) {
	t.failed++
	t.complaints = append(t.complaints, fmt.Sprintf(format, arguments...))
}

// file adds the events of a file.
func (t *tally) file(name string) {
	file, err := os.Open(name)
	if err != nil {
		t.complain("a run left no events: %v", err)
		return
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := t.events(file); err != nil {
		t.complain("%s: %v", name, err)
	}
}

// events adds what a stream of events tells of one run.
func (t *tally) events(stream io.Reader) error {
	decoder := json.NewDecoder(stream)
	tests := 0
	running := map[event]bool{}   // tests that have not ended
	failures := map[string]bool{} // packages with a failed test
	for {
		var e event
		err := decoder.Decode(&e)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read test events: %w", err)
		}
		test := event{Package: e.Package, Test: e.Test}
		switch {
		case e.Action == "fail" && e.Test == "":
			if !failures[e.Package] {
				t.complain("package %s failed without a failed test", e.Package)
			}
			continue
		case e.Test == "":
			continue
		case e.Action == "run":
			running[test] = true
			continue
		case e.Action == "pass":
			t.passed++
		case e.Action == "skip":
			t.skipped++
		case e.Action == "fail":
			t.failed++
			failures[e.Package] = true
		default:
			continue
		}
		tests++
		delete(running, test)
	}
	for test := range running {
		t.complain("test %s of package %s did not end", test.Test, test.Package)
	}
	if tests == 0 {
		return errors.New("no test ended")
	}
	return nil
}
