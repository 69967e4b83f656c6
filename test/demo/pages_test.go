package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
	"github.com/kestra-operator/kestra-operator/test/doctest"
	"github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

// pluginPage is where the plugin is installed; readers of other pages have it.
const pluginPage = "docs/guides/kubectl-plugin.md"

// flowSchema is what a real server says that flows are, which some pages need.
var flowSchema = []string{"kestra", kestra.DefaultVersion, "flow-schema.json"}

var needsFlowSchema = []string{"docs/guides/continuous-integration.md", "docs/guides/kestra-2.md", "docs/guides/moving-in.md"}

// Each page is followed in a folder of its own, with nothing of another's. The tutorial comes first: it begins with a
// stage that nobody has used.
func TestThePagesHold(t *testing.T) {
	t.Setenv("KESTRA_URL", "") // the development Kestra, whatever the environment names
	t.Chdir("../..")
	pages, err := doctest.Pages(".")
	if err != nil {
		t.Fatal(err)
	}
	s := onStage(t)
	followed := map[string]bool{}
	for _, place := range []doctest.Place{doctest.Playground, doctest.Stage} {
		for _, page := range doctest.At(pages, place) {
			followed[page.Path] = true
			t.Run(page.Path, func(t *testing.T) { s.isFollowed(t, page, place) })
		}
	}
	if len(followed) < 12 {
		t.Errorf("only %d pages were found; the search does not work", len(followed))
	}
	for path := range granted {
		if !followed[path] {
			t.Errorf("nobody follows %s", path)
		}
	}
}

// onStage sets the stage for the test.
func onStage(t *testing.T) *stage {
	t.Helper()
	schema, err := os.ReadFile(filepath.Join(append([]string{recordings.Folder()}, flowSchema...)...))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var out strings.Builder
	s, err := setUp(t.Context(), newConsole(&out), kestra.Options{FlowSchema: schema, PluginsHash: 1})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	t.Cleanup(func() {
		if err := s.tearDown(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// isFollowed has somebody follow a page.
func (s *stage) isFollowed(t *testing.T, page doctest.Page, place doctest.Place) {
	if slices.Contains(needsFlowSchema, page.Path) {
		recordings.Path(t, flowSchema...)
	}
	reader := s.reader(t, page)
	if place == doctest.Playground {
		s.opensATerminal(t, reader)
	}
	does := func(commands string) {
		if _, err := reader.Do(t.Context(), doctest.Block{Language: "sh", Text: commands}); err != nil {
			t.Errorf("%v\n%s", err, commands)
		}
	}
	s.kestra.development.Clear()
	does(granted[page.Path])
	defer does(cleared + left[page.Path])
	reader.Follow(t, ".", page, place)
}

// reader of the page is somebody with access, in a folder where the project's config is.
func (s *stage) reader(t *testing.T, page doctest.Page) *doctest.Reader {
	t.Helper()
	project, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	folder, tools := t.TempDir(), s.tools(t, page)
	if err := os.CopyFS(filepath.Join(folder, "config"), os.DirFS("config")); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + tools + string(os.PathListSeparator) + os.Getenv("PATH")
	return &doctest.Reader{
		Folder:      folder,
		Environment: slices.Concat(os.Environ(), s.access(), []string{path, "HOME=" + s.folder, "PROJECT=" + project}),
		Placeholders: map[string]string{
			"http://kestra:8080":    s.kestra.url,
			"http://127.0.0.1:8080": s.kestra.url,
			"/usr/local/bin":        tools,
			"user:password":         strings.TrimPrefix(s.kestra.environment[0], "KESTRA_API_BASIC_AUTH="),
		},
	}
}

// opensATerminal gives a reader what the playground leaves for another terminal, and nothing else.
func (s *stage) opensATerminal(t *testing.T, reader *doctest.Reader) {
	t.Helper()
	file := filepath.Join(reader.Folder, environmentFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := s.writeEnvironment(file); err != nil {
		t.Fatal(err)
	}
	reader.Environment = append(os.Environ(), "HOME="+s.folder)
}

// tools is a folder with the programs that a reader of the page has.
func (s *stage) tools(t *testing.T, page doctest.Page) string {
	t.Helper()
	operator, err := filepath.Abs(operatorBinary)
	if err != nil {
		t.Fatal(err)
	}
	helm, err := build.HelmCommand.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]string{"kubectl": s.plane.KubectlPath(), "helm": helm, "kestra-operator": operator}
	if page.Path != pluginPage {
		programs["kubectl-kestra"] = operator
	}
	folder := t.TempDir()
	for name, target := range programs {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
