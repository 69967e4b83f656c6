package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// command runs the command line and returns its exit code and outputs.
func command(t *testing.T, stdin string, arguments ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = execute(t.Context(), append([]string{"kestra-operator"}, arguments...), streams{in: strings.NewReader(stdin), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

const (
	goodFlow = `id: hello
namespace: company.team
labels:
  system.readOnly: "true"
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: hi
`
	badFlow = `id: hello
namespace: company.team
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    mesage: hi
`
	oldFlow = `id: hello
namespace: company.team
tasks:
  - id: greet
    type: io.kestra.core.tasks.log.Log
    message: hi
`
)

func TestExitCodes(t *testing.T) {
	cases := map[string]struct {
		stdin     string
		arguments []string
		code      int
		out, err  string
	}{
		"accepted":                              {goodFlow, []string{"validate", "-"}, exitOK, "1 accepted, 0 refused", ""},
		"refused, with place and excerpt":       {badFlow, []string{"validate", "-"}, exitRefused, "-:6:5: error: tasks[0].mesage", ""},
		"refused, as JSON":                      {badFlow, []string{"validate", "-o", "json", "-"}, exitRefused, `"verdict": "refused"`, ""},
		"accepted with a warning":               {oldFlow, []string{"validate", "-"}, exitOK, "1 warning", ""},
		"refused for a warning when strict":     {oldFlow, []string{"validate", "--strict", "-"}, exitRefused, "1 refused", ""},
		"refused for the next version":          {oldFlow, []string{"validate", "--kestra-version", "2.0", "-"}, exitRefused, "1 refused", ""},
		"no argument":                           {"", []string{"validate"}, exitUsage, "", "nothing to validate"},
		"a file that is not there":              {"", []string{"validate", "none.yaml"}, exitUsage, "1 not readable", "none.yaml"},
		"an unknown format":                     {"", []string{"validate", "-o", "xml", "-"}, exitUsage, "", "want one of github, json, junit, sarif, text"},
		"an unknown version":                    {"", []string{"validate", "--kestra-version", "9.9", "-"}, exitUsage, "", "--kestra-version"},
		"an unknown flag":                       {"", []string{"validate", "--nope"}, exitUsage, "", "unknown flag"},
		"two answers to what to judge for":      {"", []string{"validate", "--catalog", "x", "--server", "http://x", "-"}, exitUsage, "", "give one"},
		"a run without a server to keep":        {"", []string{"run", "--namespace", "x"}, exitUsage, "", "no Kestra server"},
		"completing where values go":            {"", []string{"__complete", "export", "--values", ""}, exitOK, "reference\nsecret\ninline\n", ""},
		"the version":                           {"", []string{"version"}, exitOK, "kestra-operator ", ""},
		"a type":                                {"", []string{"schema", "show", "log.Log"}, exitOK, "message", ""},
		"a type that does not exist":            {"", []string{"schema", "show", "Nope"}, exitUsage, "", "no type"},
		"the changes of an upgrade":             {"", []string{"schema", "diff", "1.3", "2.0"}, exitOK, "- io.kestra.core.tasks.log.Log", ""},
		"fetching a catalog without a server":   {"", []string{"schema", "fetch"}, exitUsage, "", "server"},
		"fixing standard input is not possible": {goodFlow, []string{"validate", "--fix", "-"}, exitUsage, "", "name files"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Setenv("KESTRA_API_URL", "")
			code, out, err := command(t, test.stdin, test.arguments...)
			if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(err, test.err) {
				t.Errorf("exit code %d, want %d\noutput, want %q:\n%s\nerrors, want %q:\n%s", code, test.code, test.out, out, test.err, err)
			}
		})
	}
}

func TestAnErrorSaysWhatToDoNext(t *testing.T) {
	server := kestra.Start(t, kestra.Options{})
	cases := map[string]struct {
		arguments []string
		want      string
	}{
		"a missing argument":     {[]string{"generate", "flows"}, "→ usage: kestra-operator generate flows FOLDER [flags]; --help says more\n"},
		"a missing flag":         {[]string{"export", "--server", server.URL()}, "→ usage: kestra-operator export --server URL -o FOLDER [flags]; --help says more\n"},
		"an unknown command":     {[]string{"kubectl", "stats"}, "→ kestra-operator kubectl --help lists the commands\n"},
		"wrong credentials":      {[]string{"export", "--server", server.URL(), "-o", "-"}, "→ set KESTRA_API_BASIC_AUTH="},
		"no Kestra at that port": {[]string{"schema", "fetch", "--server", "http://127.0.0.1:1"}, "→ check the URL"},
		"no cluster":             {[]string{"kubectl", "status"}, "error: no cluster is chosen: name a kubeconfig"},
		"a file that is absent":  {[]string{"generate", "flows", "absent"}, "no such file or directory\n"},
	}
	t.Setenv("KESTRA_API_BASIC_AUTH", "someone:wrong")
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "absent"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, _, err := command(t, "", tc.arguments...)
			if lines := strings.SplitAfter(err, "error: "); !strings.Contains(err, tc.want) || len(lines) != 2 {
				t.Errorf("want one error, and %q, in:\n%s", tc.want, err)
			}
			if strings.Contains(err, "wrong") {
				t.Errorf("the password is told:\n%s", err)
			}
		})
	}
}

func TestASavedCatalogJudgesAsItsOrigin(t *testing.T) {
	code, _, _ := command(t, "", "schema", "fetch")
	if code != exitUsage {
		t.Fatalf("exit code %d without a server", code)
	}
	schema, err := os.ReadFile("../../schemas/flow/catalogs/2.0.json")
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "catalog.json")
	code, out, errs := command(t, "", "schema", "fetch", "--catalog", "../../schemas/flow/catalogs/2.0.json")
	if code != exitOK || out != string(schema) {
		t.Fatalf("exit code %d, %s; the catalog did not survive", code, errs)
	}
	if err := os.WriteFile(saved, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := command(t, oldFlow, "validate", "--catalog", saved, "-"); code != exitRefused {
		t.Errorf("the saved catalog of 2.0 accepts what 2.0 refuses:\n%s", out)
	}
}

func TestValidateAsksAServer(t *testing.T) {
	schema := recordings.Read(t, "kestra", "1.3.25", "flow-schema.json")
	cases := map[string]struct {
		judge kestra.Judge
		code  int
		out   string
	}{
		"that takes the flow":   {kestra.AcceptAll, exitOK, "1 accepted"},
		"that refuses the flow": {kestra.Refuse("tasks[0].message", "not today"), exitRefused, "not today"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			server := kestra.Start(t, kestra.Options{FlowSchema: schema, PluginsHash: 1, Judge: test.judge})
			t.Setenv("KESTRA_API_BASIC_AUTH", server.Credentials().Username+":"+server.Credentials().Password)
			code, out, errs := command(t, goodFlow, "validate", "--server", server.URL(), "-")
			if code != test.code || !strings.Contains(out, test.out) {
				t.Errorf("exit code %d, want %d\noutput, want %q:\n%s%s", code, test.code, test.out, out, errs)
			}
		})
	}
}

func TestAServerThatRefusesCredentialsIsNoVerdict(t *testing.T) {
	server := kestra.Start(t, kestra.Options{})
	t.Setenv("KESTRA_API_BASIC_AUTH", "nobody:canary")
	code, out, errs := command(t, goodFlow, "validate", "--server", server.URL(), "-")
	if code != exitUsage || strings.Contains(out+errs, "canary") {
		t.Errorf("exit code %d, output %s%s", code, out, errs)
	}
}
