package namespacefile

import (
	"strings"
	"testing"
)

func TestCheckPath(t *testing.T) {
	cases := map[string]struct {
		path string
		want string // a piece of the error; empty for a good path
	}{
		"a plain name":                         {path: "main.py"},
		"folders":                              {path: "scripts/lib/main.py"},
		"a leading slash":                      {path: "/scripts/main.py"},
		"a space and letters beyond ASCII":     {path: "sp ace/é.txt"},
		"a percent sign of its own":            {path: "100%.txt"},
		"a percent-encoded space":              {path: "a%20b.txt"},
		"dots within a name":                   {path: "a..b/...c"},
		"_flows deeper down":                   {path: "docs/_flows/a.yml"},
		"a name that only starts like _flows":  {path: "_flows2/a.yml"},
		"a component of exactly the limit":     {path: strings.Repeat("a", MaxComponentBytes)},
		"nothing":                              {path: "", want: "empty"},
		"the root":                             {path: "/", want: "empty"},
		"the parent":                           {path: "..", want: `".."`},
		"the parent at the start":              {path: "/../up.txt", want: `".."`},
		"the parent in the middle":             {path: "a/../b", want: `".."`},
		"the folder itself":                    {path: "a/./b", want: `"."`},
		"an empty component":                   {path: "a//b", want: "empty component"},
		"two leading slashes":                  {path: "//a", want: "empty component"},
		"a trailing slash":                     {path: "a/", want: "folder"},
		"a backslash":                          {path: `a\b`, want: "backslash"},
		"a NUL":                                {path: "a\x00b", want: `'\x00'`},
		"a line break":                         {path: "a\nb", want: `'\n'`},
		"a C1 control character":               {path: "a\u0085b", want: "control"},
		"invalid UTF-8":                        {path: "a\xff", want: "UTF-8"},
		"the folder of flows":                  {path: "_flows", want: "KestraFlow"},
		"a file in the folder of flows":        {path: "/_flows/a.yml", want: "KestraFlow"},
		"the parent, encoded":                  {path: "a/%2e%2e/b", want: `".."`},
		"the parent, half encoded, upper case": {path: "a/.%2E/b", want: `".."`},
		"the parent, encoded twice":            {path: "a/%252e%252e/b", want: `".."`},
		"the parent behind an encoded slash":   {path: "a%2f..%2fb", want: `".."`},
		"the parent beside a broken escape":    {path: "%zz/%2e%2e/b", want: `".."`},
		"a backslash, encoded":                 {path: "a%5cb", want: "backslash"},
		"a NUL, encoded":                       {path: "a%00b", want: "control"},
		"the folder of flows, encoded":         {path: "%5fflows/a.yml", want: "KestraFlow"},
		"encoded more often than anyone does":  {path: "a/%" + strings.Repeat("25", 12) + "2e", want: "too many"},
		"a component over the limit":           {path: strings.Repeat("a", MaxComponentBytes+1), want: "255"},
		"a component over the limit, in bytes": {path: strings.Repeat("é", 128), want: "255"},
		"a path over the limit":                {path: strings.Repeat("a/", MaxPathBytes/2) + "b", want: "1024"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := CheckPath(tc.path)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("CheckPath(%q) = %v, want no error", tc.path, err)
			case tc.want != "" && err == nil:
				t.Errorf("CheckPath(%q) accepts it, want an error about %q", tc.path, tc.want)
			case tc.want != "" && !strings.Contains(err.Error(), tc.want):
				t.Errorf("CheckPath(%q) = %v, want an error about %q", tc.path, err, tc.want)
			}
		})
	}
}

func TestCleanPathGivesOneFormOfAPath(t *testing.T) {
	for _, path := range []string{"a/b.txt", "/a/b.txt"} {
		if got := CleanPath(path); got != "/a/b.txt" {
			t.Errorf("CleanPath(%q) = %q, want /a/b.txt", path, got)
		}
	}
}

func TestCheckSize(t *testing.T) {
	if err := CheckSize(MaxContentBytes); err != nil {
		t.Errorf("the limit itself: %v", err)
	}
	if err := CheckSize(MaxContentBytes + 1); err == nil {
		t.Error("one byte more than the limit is accepted")
	}
}

func FuzzCheckPath(f *testing.F) {
	for _, seed := range []string{"a/b", "..", "%2e%2e", "/_flows/x", "a\\b", "a//b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if CheckPath(path) != nil {
			return
		}
		clean := CleanPath(path)
		if clean == "/" || strings.HasSuffix(clean, "/") || strings.Contains(clean+"/", "/../") || strings.Contains(clean, "//") {
			t.Errorf("%q was accepted and is sent as %q", path, clean)
		}
		if err := CheckPath(clean); err != nil {
			t.Errorf("%q was accepted, its clean form was not: %v", path, err)
		}
	})
}
