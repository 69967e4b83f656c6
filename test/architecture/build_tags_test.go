package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// releaseTag leaves out of gRPC what would keep every method of every type in the binary.
const releaseTag = "grpcnotrace"

// releaseFlags leave out symbols, and align functions as on arm64: on amd64 a third of a MiB would be padding.
const releaseFlags = "-s -w -funcalign=16"

func TestEveryReleaseIsBuiltWithoutTemplates(t *testing.T) {
	for _, file := range []string{"Makefile", "Dockerfile", "release/reproducible/program.go"} {
		text, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ReplaceAll(string(text), `", "`, " "), "-tags "+releaseTag) {
			t.Errorf("%s builds the operator without the tag %s", file, releaseTag)
		}
		if !strings.Contains(string(text), releaseFlags) {
			t.Errorf("%s links the operator without %s", file, releaseFlags)
		}
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", releaseTag, "./cmd/kestra-operator")
	list.Dir = "../.."
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, templates := range []string{"html/template", "golang.org/x/net/trace"} {
		if slices.Contains(strings.Fields(string(output)), templates) {
			t.Errorf("the operator brings %s, which makes its binary larger by a third", templates)
		}
	}
}
