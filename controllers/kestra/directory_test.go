package kestra_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// list collects the files of a namespace, and stops at an error.
func list(t *testing.T, url, namespace string) (paths []string, err error) {
	t.Helper()
	client, err := kestra.New(kestra.Config{
		URL: url, Username: devkestra.DefaultCredentials.Username, Password: devkestra.DefaultCredentials.Password,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	for file, err := range client.Files(t.Context(), "main", namespace) {
		if err != nil {
			return paths, err
		}
		paths = append(paths, file.Path)
	}
	slices.Sort(paths)
	return paths, nil
}

func TestFilesAreListedBelowEveryDirectory(t *testing.T) {
	server := devkestra.Start(t, devkestra.Options{})
	for _, path := range []string{"/a.txt", "/d/b.txt", "/d/e/c d.txt", "/d/e/ü+%.txt", "/_flows/x.yml", "/d/_flows/y.txt"} {
		server.PutFile("main", "team", path, []byte("x"))
	}
	got, err := list(t, server.URL(), "team")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.txt", "d/_flows/y.txt", "d/b.txt", "d/e/c d.txt", "d/e/ü+%.txt"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got, err := list(t, server.URL(), "empty"); err != nil || len(got) > 0 {
		t.Errorf("a namespace without files has %q, error %v", got, err)
	}
	if _, err := list(t, server.URL(), "../team"); err == nil {
		t.Error("a namespace that reaches another route is no error")
	}
}

func TestAListOfFilesTrustsNoServer(t *testing.T) {
	cases := map[string]struct {
		entries, want string
		paths         []string
	}{
		"a directory in itself for ever": {entries: `[{"type":"Directory","fileName":"d"}]`, want: "deeper than 64 levels"},
		"a directory that climbs": {
			entries: `[{"type":"Directory","fileName":".."},{"type":"Directory","fileName":""}]`,
			paths:   []string{"", ".."},
		},
		"not a list": {entries: `{"type":"File"}`, want: "not the JSON expected"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(tc.entries))
			}))
			t.Cleanup(server.Close)
			paths, err := list(t, server.URL, "team")
			if diff := cmp.Diff(tc.paths, paths); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}
