package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	started = `{"Action":"start","Package":"p"}` + "\n"
	passed  = `{"Action":"run","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n"
	skipped = `{"Action":"run","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"skip","Package":"p","Test":"TestB"}` + "\n"
	failed  = `{"Action":"run","Package":"p","Test":"TestC/x"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestC/x"}` + "\n"
	hanging = `{"Action":"run","Package":"p","Test":"TestD"}` + "\n"
	good    = `{"Action":"pass","Package":"p"}` + "\n"
	bad     = `{"Action":"fail","Package":"p"}` + "\n"
)

func TestTheTallyIsTheLastLine(t *testing.T) {
	cases := map[string]struct {
		runs []string
		want string
		code int
	}{
		"everything passed":                     {[]string{started + passed + good}, "1 passed, 0 failed", 0},
		"something was skipped":                 {[]string{started + passed + skipped + good}, "1 passed, 0 failed, 1 skipped", 0},
		"two runs":                              {[]string{passed + good, passed + good}, "2 passed, 0 failed", 0},
		"a test failed":                         {[]string{passed + failed + bad}, "1 passed, 1 failed", 1},
		"a package failed without a test":       {[]string{passed + bad}, "1 passed, 1 failed", 1},
		"a test did not end":                    {[]string{passed + hanging}, "1 passed, 1 failed", 1},
		"a run without a test":                  {[]string{started + good}, "0 passed, 1 failed", 1},
		"a run that was cut":                    {[]string{passed + `{"Action":"pa`}, "1 passed, 1 failed", 1},
		"one run of two without a test":         {[]string{passed + good, ""}, "1 passed, 1 failed", 1},
		"no run":                                {nil, "0 passed, 1 failed", 1},
		"one of two packages failed on its own": {[]string{passed + good + strings.ReplaceAll(failed+bad, `"p"`, `"q"`) + strings.ReplaceAll(bad, `"p"`, `"r"`)}, "1 passed, 2 failed", 1},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var files []string
			for _, events := range test.runs {
				file := filepath.Join(t.TempDir(), "events.json")
				if err := os.WriteFile(file, []byte(events), 0o600); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
			var out, complaints strings.Builder
			code := run(files, &out, &complaints)
			if diff := cmp.Diff(test.want+"\n", out.String()); diff != "" {
				t.Error(diff)
			}
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
		})
	}
}

func TestARunThatLeftNothingIsAFailure(t *testing.T) {
	var out, complaints strings.Builder
	code := run([]string{filepath.Join(t.TempDir(), "none.json")}, &out, &complaints)
	if code != 1 || out.String() != "0 passed, 1 failed\n" || !strings.Contains(complaints.String(), "left no events") {
		t.Errorf("exit code %d, out %q, complaints %q", code, out.String(), complaints.String())
	}
}
