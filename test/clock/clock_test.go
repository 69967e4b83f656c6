package clock

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// tolerance is how late an answer may be on a busy machine; far less than any jump.
const tolerance = 10 * time.Minute

func TestAProgramHasTheClockThatItIsGiven(t *testing.T) {
	clock, err := New(filepath.Join(t.TempDir(), "clock"))
	if err != nil {
		t.Fatal(err)
	}
	ask := start(t, compile(t), clock.Environment())
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 0} {
		if err := clock.Set(ahead); err != nil {
			t.Fatal(err)
		}
		told, passed := ask()
		if off := told.Sub(time.Now().Add(ahead)).Abs(); off > tolerance {
			t.Errorf("a clock that is ahead by %s tells %s, at %s", ahead, told, time.Now())
		}
		if passed > tolerance {
			t.Errorf("%s have passed on the monotonic clock", passed)
		}
	}
}

func TestAProgramWithoutAClockTellsTheSystemsTime(t *testing.T) {
	told, _ := start(t, compile(t))()
	if off := time.Since(told).Abs(); off > tolerance {
		t.Errorf("told %s, at %s", told, time.Now())
	}
}

func compile(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	flags, err := Flags(folder)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, "told")
	arguments := append([]string{"build", "-o", program}, flags...)
	if output, err := exec.Command("go", append(arguments, "./testdata/told")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

// start runs the program and returns a function that asks it for the time, and for what has passed.
func start(t *testing.T, program string, environment ...string) func() (told time.Time, passed time.Duration) {
	t.Helper()
	command := exec.Command(program)
	command.Env, command.Stderr = environment, os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(out)
	t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	return func() (time.Time, time.Duration) {
		t.Helper()
		var unix, seconds int64
		if _, err := io.WriteString(in, "\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fscanln(answers, &unix, &seconds); err != nil {
			t.Fatal(err)
		}
		return time.Unix(unix, 0), time.Duration(seconds) * time.Second
	}
}
