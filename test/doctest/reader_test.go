package doctest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newReader(t *testing.T) *Reader {
	t.Helper()
	return &Reader{
		Folder: t.TempDir(), Environment: []string{"PATH=" + os.Getenv("PATH"), "SERVER=http://127.0.0.1:41"},
		Placeholders: map[string]string{"http://kestra": "http://127.0.0.1:41", "http://kestra:8080": "http://127.0.0.1:42"},
	}
}

func TestAConsoleShowsWhatItsCommandsPrint(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"other than the page says":         {"$ echo one\ntwo\n$ echo three\n", "$ echo one\none\n$ echo three\nthree\n"},
		"nothing":                          {"$ true\ntwo\n", "$ true\n"},
		"over several lines":               {"$ echo one \\\n    two\nthree\n", "$ echo one \\\n    two\none two\n"},
		"and how they fail":                {"$ echo no >&2; false\n", "$ echo no >&2; false\nno\n"},
		"without a line break at the end":  {"$ printf one\n", "$ printf one\none\n"},
		"with the placeholders back again": {"$ echo http://kestra:8080/flows $SERVER\n", "$ echo http://kestra:8080/flows $SERVER\nhttp://kestra:8080/flows http://kestra\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newReader(t).Do(t.Context(), Block{Language: "console", Text: c.text})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLaterBlocksKeepWhatAShellExportedAndWhereItChangedTo(t *testing.T) {
	r := newReader(t)
	for _, block := range []Block{
		{Language: "yaml", Text: "# flows/one.yaml\nid: one\n"},
		{Language: "sh", Text: "export WORD=\"it's two\"\ncd flows\n"},
	} {
		if _, err := r.Do(t.Context(), block); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.Do(t.Context(), Block{Language: "console", Text: "$ cat one.yaml; echo \"$WORD\"\n"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "$ cat one.yaml; echo \"$WORD\"\nid: one\nit's two\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFailingCommandOfShEndsIt(t *testing.T) {
	r := newReader(t)
	if _, err := r.Do(t.Context(), Block{Language: "sh", Text: "false\ntouch reached\n"}); err == nil {
		t.Error("there is no error")
	}
	if _, err := os.Stat(filepath.Join(r.Folder, "reached")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what follows was run: %v", err)
	}
}

func TestACommandThatDoesNotEndIsGivenUp(t *testing.T) {
	r := newReader(t)
	r.Patience = 100 * time.Millisecond
	if _, err := r.Do(t.Context(), Block{Language: "console", Text: "$ exec sleep 600\n"}); err == nil {
		t.Error("there is no error")
	}
}
