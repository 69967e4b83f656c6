package main

import (
	"debug/buildinfo"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const project = ".."

// instruction is one line of the Dockerfile, with those that continue it.
type instruction struct{ name, arguments string }

// dockerfile returns the instructions of each stage. The file uses no heredocs and no comments within instructions.
func dockerfile(t *testing.T) (stages [][]instruction) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, arguments, _ := strings.Cut(line, " ")
		if name == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			t.Fatalf("%s stands before the first FROM", line)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], instruction{name, strings.Join(strings.Fields(arguments), " ")})
	}
	return stages
}

// all returns the arguments of every instruction of a name.
func all(stage []instruction, name string) (arguments []string) {
	for _, i := range stage {
		if i.name == name {
			arguments = append(arguments, i.arguments)
		}
	}
	return arguments
}

// No container runtime is here, so the first stage is run in a folder: what it copies, and nothing else, has to be
// enough for what it runs. The binary that comes of it is the one that the other way to an image makes.
func TestTheFirstStageOfTheDockerfileBuildsTheOperator(t *testing.T) {
	stage, root := dockerfile(t)[0], t.TempDir()
	copied := map[string]bool{}
	for _, arguments := range all(stage, "COPY") {
		sources := strings.Fields(arguments)
		target := sources[len(sources)-1]
		for _, source := range sources[:len(sources)-1] {
			copied[source] = true
			copyInto(t, filepath.Join(project, source), filepath.Join(root, target, base(target, source)))
		}
	}
	t.Run(".dockerignore lets pass what is copied, and nothing else", func(t *testing.T) { letsPass(t, copied) })
	platform := v1.Platform{OS: "linux", Architecture: "amd64"}
	for _, command := range all(stage, "RUN") {
		if command == "go mod download" {
			continue // the module cache of the machine holds them
		}
		shell := exec.CommandContext(t.Context(), "sh", "-ec", strings.ReplaceAll(command, " /kestra-operator ", " "+root+"/kestra-operator "))
		shell.Dir = root
		shell.Env = append(os.Environ(), "TARGETOS="+platform.OS, "TARGETARCH="+platform.Architecture, "VERSION=v1.2.3", "GOFLAGS=-buildvcs=false")
		if output, err := shell.CombinedOutput(); err != nil {
			t.Fatalf("RUN %s: %v\n%s", command, err, output)
		}
	}
	got, err := buildinfo.ReadFile(filepath.Join(root, "kestra-operator"))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range got.Settings {
		settings[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-tags": "grpcnotrace", "-trimpath": "true", "GOOS": "linux", "GOARCH": "amd64"} {
		if settings[key] != want {
			t.Errorf("built with %s=%q, want %q", key, settings[key], want)
		}
	}
	version, err := exec.CommandContext(t.Context(), filepath.Join(root, "kestra-operator"), "version").Output()
	if err != nil || !strings.Contains(string(version), "v1.2.3") {
		t.Errorf("the version is %q, %v", version, err)
	}
}

// base is the name that a copy has in its target: its own in a folder, none when the target is its name.
func base(target, source string) string {
	if strings.HasSuffix(target, "/") {
		return filepath.Base(source)
	}
	return ""
}

func copyInto(t *testing.T, source, target string) {
	t.Helper()
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		copied := filepath.Join(target, relative)
		if err := os.MkdirAll(filepath.Dir(copied), 0o755); err != nil {
			return err
		}
		return os.WriteFile(copied, content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func letsPass(t *testing.T, copied map[string]bool) {
	text, err := os.ReadFile(filepath.Join(project, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(text))
	if lines[0] != "*" {
		t.Errorf("it begins with %q and not by leaving out everything", lines[0])
	}
	passing := map[string]bool{}
	for _, line := range lines[1:] {
		passing[strings.TrimPrefix(line, "!")] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(copied)), slices.Sorted(maps.Keys(passing))); diff != "" {
		t.Errorf("copied and not left out (-copied +passing):\n%s", diff)
	}
}

func TestTheDockerfileBuildsAsTheMakefileDoes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(project, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	// The command lines differ in the names of their variables and in where the binary goes.
	normal := func(command string) string {
		command = regexp.MustCompile(`GOOS=\S+ GOARCH=\S+ `).ReplaceAllString(command, "")
		command = regexp.MustCompile(`-o \S+`).ReplaceAllString(command, "-o FILE")
		return strings.NewReplacer("$(VERSION)", "VERSION", "$VERSION", "VERSION", `"`, "'").Replace(command)
	}
	var ofMakefile string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "go build") && strings.Contains(line, "./cmd/kestra-operator") {
			ofMakefile = normal(strings.TrimSpace(line))
		}
	}
	var ofDockerfile []string
	for _, command := range all(dockerfile(t)[0], "RUN") {
		ofDockerfile = append(ofDockerfile, normal(command))
	}
	if !slices.Contains(ofDockerfile, ofMakefile) {
		t.Errorf("the Makefile builds by\n%s\nand the Dockerfile by\n%s", ofMakefile, strings.Join(ofDockerfile, "\n"))
	}
}

func TestTheLastStageOfTheDockerfileIsTheImage(t *testing.T) {
	stages := dockerfile(t)
	first, last := stages[0], stages[len(stages)-1]
	if got := last[0].arguments; got != "scratch" {
		t.Errorf("it is based on %s, want nothing", got)
	}
	name := regexp.MustCompile(`AS (\S+)$`).FindStringSubmatch(first[0].arguments)
	if name == nil {
		t.Fatalf("the first stage has no name: %s", first[0].arguments)
	}
	for _, copied := range all(last, "COPY") {
		if !strings.HasPrefix(copied, "--from="+name[1]+" ") {
			t.Errorf("%q is not from the first stage", copied)
		}
	}
	for instruction, want := range map[string]string{"USER": user, "ENTRYPOINT": `["/kestra-operator"]`, "CMD": `["run"]`} {
		if diff := cmp.Diff([]string{want}, all(last, instruction)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", instruction, diff)
		}
	}
	if !strings.Contains(strings.Join(all(last, "COPY"), "\n"), "/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/") {
		t.Error("there are no authorities in it")
	}
}

func TestTheDockerfileBuildsWithTheGoOfTheModule(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(project, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(text)
	if from := dockerfile(t)[0][0].arguments; version == nil || !strings.Contains(from, "golang:"+string(version[1])+" ") {
		t.Errorf("go.mod is for Go %s, the Dockerfile builds from %q", version[1], from)
	}
}
