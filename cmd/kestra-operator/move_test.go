package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// secretValue is in the Kestra of these tests.
const secretValue = "correct horse"

// kestraToMove is a server with one thing of each kind, whose credentials are in the environment.
func kestraToMove(t *testing.T) *kestra.Server {
	t.Helper()
	server := kestra.Start(t, kestra.Options{})
	t.Setenv("KESTRA_API_BASIC_AUTH", server.Credentials().Username+":"+server.Credentials().Password)
	server.PutFlow("main", "company.team", "hello", goodFlow)
	server.PutKeyValue("main", "company.team", "password", `"`+secretValue+`"`, 0)
	server.PutFile("main", "company.team", "/scripts/main.py", []byte("print(1)\n"))
	return server
}

// tree lists the files below a folder with their modes.
func tree(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		files = append(files, name+" "+info.Mode().String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestExportWritesOneFileEach(t *testing.T) {
	server := kestraToMove(t)
	cases := map[string]struct{ secrets []string }{
		"reference": {nil},
		"secret":    {[]string{"secrets/company.team.password.yaml -rw-------"}},
	}
	for values, tc := range cases {
		t.Run(values, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "out")
			code, out, err := command(t, "", "export", "--server", server.URL(), "--values", values, "-o", folder)
			if code != exitOK || out != "" {
				t.Fatalf("exit code %d\n%s%s", code, out, err)
			}
			want := append([]string{
				"files/company.team.scripts-main.py.yaml -rw-r--r--",
				"flows/company.team.hello.yaml -rw-r--r--",
				"keyvalues/company.team.password.yaml -rw-r--r--",
				"kustomization.yaml -rw-r--r--",
			}, tc.secrets...)
			if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if strings.Contains(err, secretValue) {
				t.Errorf("the value is told:\n%s", err)
			}
			kustomization, readErr := os.ReadFile(filepath.Join(folder, "kustomization.yaml"))
			if readErr != nil {
				t.Fatal(readErr)
			}
			for _, file := range want {
				if name, _, _ := strings.Cut(file, " "); name != "kustomization.yaml" && !strings.Contains(string(kustomization), "  - "+name+"\n") {
					t.Errorf("%s is not in\n%s", name, kustomization)
				}
			}
			if code, out, _ := command(t, "", "validate", folder); code != exitOK {
				t.Errorf("the export is not valid, exit code %d:\n%s", code, out)
			}
		})
	}
}

func TestExportSaysWhatIsLeftToDo(t *testing.T) {
	server := kestraToMove(t)
	server.PutFlow("main", "company.team", "old", strings.Replace(oldFlow, "hello", "old", 1))
	server.PutFlow("main", "company.team", "bad", strings.Replace(badFlow, "hello", "bad", 1))
	state := filepath.Join(t.TempDir(), "state.json")
	text := `{"version": 4, "resources": [{"mode": "managed", "type": "kestra_kv", "name": "password",
		"instances": [{"attributes": {"namespace": "company.team", "key": "password", "value": "` + secretValue + `", "type": "STRING"}}]}]}`
	if err := os.WriteFile(state, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		arguments []string
		code      int
		want      []string
	}{
		"labels, Secrets and what is refused": {
			[]string{"--server", server.URL()}, exitRefused,
			[]string{"exported: 5", "flows without the label system.readOnly: 2", "key-values whose Secret is yet to be made: 1", "flows main/company.team/bad: admission would refuse it"},
		},
		"a namespace that holds nothing": {
			[]string{"--server", server.URL(), "--namespace", "company.taem"}, exitOK,
			[]string{"exported: 0", "nothing was found: check --namespace"},
		},
		"Terraform's, from the server": {
			[]string{"--server", server.URL(), "--from-terraform", state}, exitOK,
			[]string{"exported: 1", "terraform state rm 'kestra_kv.password'"},
		},
		"Terraform's, without a server": {
			[]string{"--from-terraform", state}, exitOK,
			[]string{"exported: 1", "terraform state rm 'kestra_kv.password'"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, _, err := command(t, "", slices.Concat([]string{"export", "-o", t.TempDir()}, tc.arguments)...)
			if code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			for _, want := range tc.want {
				if !strings.Contains(err, want) {
					t.Errorf("no %q in:\n%s", want, err)
				}
			}
			if strings.Contains(err, secretValue) {
				t.Errorf("the value is told:\n%s", err)
			}
		})
	}
}

func TestWrongArgumentsOfMovingIn(t *testing.T) {
	cases := map[string]struct {
		arguments []string
		want      string
	}{
		"nothing to export":               {[]string{"export", "-o", "x"}, "server from-terraform"},
		"no folder to export to":          {[]string{"export", "--server", "http://127.0.0.1:1"}, `"output" not set`},
		"an unknown place of values":      {[]string{"export", "--server", "http://127.0.0.1:1", "-o", "x", "--values", "public"}, "want reference, secret or inline"},
		"an unknown kind to export":       {[]string{"export", "--server", "http://127.0.0.1:1", "-o", "x", "--kinds", "apps"}, "want some of"},
		"no such namespace can be":        {[]string{"export", "--server", "http://127.0.0.1:1", "-o", "x", "--namespace", "A B"}, "a namespace starts with"},
		"a state that is not there":       {[]string{"export", "--from-terraform", "absent.json", "-o", "x"}, "absent.json"},
		"files without a namespace":       {[]string{"generate", "files", "."}, `"namespace" not set`},
		"files of a folder that is none":  {[]string{"generate", "files", "absent", "--namespace", "a"}, "absent"},
		"a pattern that is none":          {[]string{"generate", "files", ".", "--namespace", "a", "--exclude", "["}, "pattern"},
		"a release without its consent":   {[]string{"release"}, "give --orphan"},
		"an unknown kind to release":      {[]string{"release", "--orphan", "pods"}, `no kind "pods"`},
		"a name across all namespaces":    {[]string{"release", "--orphan", "-A", "flow/a"}, "cannot be named across"},
		"a kubeconfig that is not there":  {[]string{"release", "--orphan", "--kubeconfig", "absent"}, "absent"},
		"a subcommand that is not there":  {[]string{"generate", "secrets"}, "secrets"},
		"a folder without a single flow":  {[]string{"generate", "flows", "internal"}, "no *.yaml"},
		"a tenant that cannot be a name":  {[]string{"generate", "flows", ".", "--tenant", "A"}, "a tenant starts with"},
		"a file in place of the folder":   {[]string{"generate", "flows", "main.go"}, "main.go"},
		"nothing that Terraform manages":  {[]string{"export", "--from-terraform", "-", "-o", "x"}, "take the output of terraform state pull"},
		"a place that is not a directory": {[]string{"generate", "flows", "main.go", "-o", "x"}, "main.go"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if code, _, err := command(t, "", tc.arguments...); code != exitUsage || !strings.Contains(err, tc.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, exitUsage, tc.want, err)
			}
		})
	}
}

func TestGeneratedFlowsAreThoseOfTheFolder(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "hello.yaml"), []byte(goodFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, err := command(t, "", "generate", "flows", folder, "--kubernetes-namespace", "team")
	if code != exitOK || !strings.Contains(out, "namespace: team") {
		t.Fatalf("exit code %d\n%s%s", code, out, err)
	}
	if code, report, _ := command(t, out, "validate", "-"); code != exitOK || !strings.Contains(report, "1 accepted") {
		t.Errorf("exit code %d of validate\n%s", code, report)
	}
	if err := os.WriteFile(filepath.Join(folder, "not-a-flow.yaml"), []byte("x: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, again, err := command(t, "", "generate", "flows", folder, "--kubernetes-namespace", "team")
	if code != exitRefused || again != out || !strings.Contains(err, "not-a-flow.yaml: left out: not a flow") {
		t.Errorf("exit code %d beside a file that is no flow\n%s%s", code, again, err)
	}
}
