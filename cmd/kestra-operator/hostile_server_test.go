package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// steering is text that retitles a terminal, clears it, and turns the direction of what follows.
const steering = "a\x1b]0;title\x07\x1b[2J\u009b31m\u202e"

func TestNothingThatAServerHoldsSteersATerminal(t *testing.T) {
	server := kestraToMove(t)
	server.PutFile("main", "company.team", "/"+steering, []byte("x"))
	server.PutFile("main", "company.team", "/"+steering+`\`, []byte("x"))
	server.PutKeyValue("main", "company.team", steering, `"x"`, 0)
	server.PutFlow("main", "company.team", "hostile", strings.ReplaceAll(goodFlow, "greet", `"`+steering+`"`))
	refused := `{"message":"` + strings.ReplaceAll(steering, "\x1b", `\u001b`) + `"}`
	cases := map[string]struct {
		fault     kestra.Fault
		arguments []string
	}{
		"an export":                  {kestra.Fault{}, []string{"export", "--server", server.URL(), "--output", filepath.Join(t.TempDir(), "out")}},
		"an export that is refused":  {kestra.Fault{Status: http.StatusBadRequest, Body: refused}, []string{"export", "--server", server.URL(), "--output", t.TempDir()}},
		"a catalog that is refused":  {kestra.Fault{Status: http.StatusBadRequest, Body: refused}, []string{"schema", "fetch", "--server", server.URL()}},
		"a file of that name":        {kestra.Fault{}, []string{"validate", steering}},
		"an argument of that name":   {kestra.Fault{}, []string{"schema", "show", steering}},
		"an unknown command so":      {kestra.Fault{}, []string{steering}},
		"an answer of another type":  {kestra.Fault{Status: 200, Header: http.Header{"Content-Type": {"text/" + steering}}, Body: "x"}, []string{"schema", "fetch", "--server", server.URL()}},
		"a redirect to such a place": {kestra.Fault{Status: 302, Header: http.Header{"Location": {"/\u202e"}}}, []string{"schema", "fetch", "--server", server.URL()}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.fault.Status != 0 {
				server.Fail(kestra.Every, tc.fault, kestra.Always)
				defer server.Heal()
			}
			_, out, err := command(t, "", tc.arguments...)
			for _, r := range out + err {
				if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
					t.Fatalf("%U is printed in:\n%q", r, out+err)
				}
			}
			if out+err == "" {
				t.Error("nothing is printed")
			}
		})
	}
}

func TestNoCommandPrintsCredentials(t *testing.T) {
	const canary = "S3cret-canary"
	server := kestra.Start(t, kestra.Options{})
	withUser := strings.Replace(server.URL(), "://", "://user:"+canary+"@", 1)
	faults := map[string]kestra.Fault{
		"nobody answers": {Drop: true},
		"it redirects":   {Status: 307, Header: http.Header{"Location": {withUser}}},
		"it refuses":     {Status: http.StatusUnauthorized},
		"it is no JSON":  {Status: 200, Body: "<html>"},
	}
	commands := map[string][]string{
		"export":                    {"export", "--server", server.URL(), "--output", t.TempDir()},
		"export with a user in it":  {"export", "--server", withUser, "--output", t.TempDir()},
		"schema":                    {"schema", "fetch", "--server", server.URL()},
		"schema with a user in it":  {"schema", "fetch", "--server", withUser},
		"run with a user in it":     {"run", "--kestra-url", withUser, "--concurrency=0"},
		"run with a wrong password": {"run", "--kestra-url", server.URL(), "--concurrency=0"},
	}
	for _, variable := range []string{"KESTRA_API_BASIC_AUTH", "KESTRA_API_API_KEY"} {
		for fault, what := range faults {
			for name, arguments := range commands {
				t.Run(variable+", "+fault+", "+name, func(t *testing.T) {
					t.Setenv(variable, "user:"+canary)
					server.Fail(kestra.Every, what, kestra.Always)
					defer server.Heal()
					if _, out, err := command(t, "", arguments...); strings.Contains(out+err, canary) || out+err == "" {
						t.Errorf("printed:\n%s%s", out, err)
					}
				})
			}
		}
	}
}
