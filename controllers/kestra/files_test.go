package kestra

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilePaths(t *testing.T) {
	cases := map[string]struct {
		path   string
		wantOK bool
	}{
		"a plain file":                   {"a.txt", true},
		"a nested file":                  {"d/e/f.txt", true},
		"a space and an accent":          {"sp ace/é.txt", true},
		"two dots within a name":         {"a..b", true},
		"a name that starts with _flows": {"_flowsheet.txt", true},
		"_flows deeper down":             {"a/_flows/x.yml", true},
		"a percent sign":                 {"%2e%2e/a", true},
		"empty":                          {"", false},
		"a slash":                        {"/", false},
		"a leading slash":                {"/a.txt", false},
		"a trailing slash":               {"a/", false},
		"an empty component":             {"a//b", false},
		"a dot":                          {".", false},
		"two dots":                       {"..", false},
		"a dot component":                {"a/./b", false},
		"a parent component":             {"a/../b", false},
		"the flows directory":            {"_flows", false},
		"a file in the flows directory":  {"_flows/a.yml", false},
		"a backslash":                    {`a\..\b`, false},
		"a NUL":                          {"a\x00b", false},
		"a line break":                   {"a\nb", false},
		"not UTF-8":                      {"a\xff", false},
		"a component of 255 bytes":       {strings.Repeat("a", 255), true},
		"a component of 256 bytes":       {strings.Repeat("a", 256), false},
	}
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent %s", r.URL) })
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := CheckFilePath(tc.path)
			if (err == nil) != tc.wantOK {
				t.Errorf("error = %v, want success: %v", err, tc.wantOK)
			}
			if tc.wantOK {
				return
			}
			target := Target{Tenant: "main", Namespace: "a", Name: tc.path}
			if client.DeleteFile(t.Context(), target) == nil || client.PutFile(t.Context(), target, nil) == nil {
				t.Error("the client itself does not refuse the path")
			}
		})
	}
}

func TestAFileIsDeletedOnlyWhenItIsThere(t *testing.T) {
	cases := map[string]struct {
		status      int
		stats       string
		stays       bool
		wantDeleted bool
		wantErr     bool
	}{
		"there":                       {200, `{"type":"File","size":5}`, false, true, false},
		"there after a false success": {200, `{"type":"File","size":5}`, true, true, true},
		"already gone":                {404, notFound, false, false, false},
		"a directory":                 {200, `{"type":"Directory","size":4096}`, false, false, false},
		"no telling":                  {403, ``, false, false, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			deleted := false
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodDelete {
					deleted = true
					return
				}
				if deleted && !tc.stays {
					answer(w, http.StatusNotFound, notFound)
					return
				}
				answer(w, tc.status, tc.stats)
			})
			err := client.DeleteFile(t.Context(), Target{Tenant: "main", Namespace: "a", Name: "t/one.txt"})
			if (err != nil) != tc.wantErr || deleted != tc.wantDeleted {
				t.Errorf("error = %v, deleted = %v; want error %v, deleted %v", err, deleted, tc.wantErr, tc.wantDeleted)
			}
		})
	}
}

func TestAnUploadHasANeutralNameAndItsExactBytes(t *testing.T) {
	content := "a\r\n\x00\xff--boundary\r\n"
	var got []string
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("fileContent")
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(file)
		got = []string{r.URL.RawQuery, header.Filename, string(body)}
	})
	target := Target{Tenant: "main", Namespace: "a", Name: "d e/é+.zip"}
	if err := client.PutFile(t.Context(), target, []byte(content)); err != nil {
		t.Fatal(err)
	}
	want := []string{"path=%2Fd%20e%2F%C3%A9%2B.zip", "content", content}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("upload (-want +got):\n%s", diff)
	}
}

func TestWhatIsNoFileIsNotTakenForOne(t *testing.T) {
	answers := map[string]struct{ contentType, body string }{
		"a page":  {"text/html; charset=utf-8", "<html>"},
		"JSON":    {"application/json", `{"message":"Internal Server Error"}`},
		"nothing": {"", ""},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", answer.contentType)
				_, _ = io.WriteString(w, answer.body)
			})
			if content, err := client.File(t.Context(), hello, 10); err == nil {
				t.Errorf("content = %q, want an error", content)
			}
		})
	}
}

func TestAFileLongerThanExpectedIsAnError(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", fileType)
		_, _ = io.WriteString(w, "12345")
	})
	target := Target{Tenant: "main", Namespace: "a", Name: "a.txt"}
	if content, err := client.File(t.Context(), target, 5); err != nil || string(content) != "12345" {
		t.Errorf("content = %q, error = %v", content, err)
	}
	if _, err := client.File(t.Context(), target, 4); err == nil {
		t.Error("no error")
	}
}
