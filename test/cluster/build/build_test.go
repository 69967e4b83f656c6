package build_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// pause is the smallest command there is to build.
var pause = build.Command{Name: "pause", Module: build.Pause, Package: "."}

func TestEveryModulePinsItsVersion(t *testing.T) {
	for _, module := range []build.Module{build.Kubernetes, build.Etcd, build.Helm, build.Helm3, build.Crane, build.Krew, build.CoreDNS, build.CertManager, build.CAInjector, build.Prometheus, build.Flux, build.FluxSource, build.Pause} {
		if version, err := module.Version(); err != nil || !strings.HasPrefix(version, "v") {
			t.Errorf("%s: version %q, %v", module.Folder, version, err)
		}
	}
}

func TestACommandIsBuiltOnceAndStatically(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("KESTRA_OPERATOR_CACHE", cache)
	var log bytes.Buffer
	paths, err := build.Commands(t.Context(), &log, pause)
	if err != nil {
		t.Fatal(err)
	}
	path := paths["pause"]
	if want := filepath.Join(cache, "pause-v0", "bin", "pause"); path != want {
		t.Errorf("built to %s, want %s", path, want)
	}
	if text, err := exec.CommandContext(t.Context(), "go", "version", "-m", path).Output(); err != nil || !strings.Contains(string(text), "CGO_ENABLED=0") {
		t.Errorf("the binary is not static: %v\n%s", err, text)
	}
	log.Reset()
	if _, err := build.Commands(t.Context(), &log, pause); err != nil || log.Len() > 0 {
		t.Errorf("the second time: %v, log %q, want silence", err, log.String())
	}
}

func TestBuildsOfTheSameCommandWaitForOne(t *testing.T) {
	t.Setenv("KESTRA_OPERATOR_CACHE", t.TempDir())
	const builders = 3
	var logs [builders]bytes.Buffer
	var group sync.WaitGroup
	for i := range builders {
		group.Go(func() {
			if _, err := build.Commands(t.Context(), &logs[i], pause); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	var all strings.Builder
	for i := range logs {
		all.WriteString(logs[i].String())
	}
	if built := strings.Count(all.String(), "cluster: built pause"); built != 1 {
		t.Errorf("built %d times, want once; logs:\n%s", built, all.String())
	}
}

func TestAFailedBuildSaysWhyAndLeavesNoBinary(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("KESTRA_OPERATOR_CACHE", cache)
	broken := build.Command{Name: "pause", Module: build.Pause, Package: "./nowhere"}
	_, err := build.Commands(t.Context(), &bytes.Buffer{}, broken)
	if err == nil || !strings.Contains(err.Error(), "build pause") || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("want an error that names the command and the cause, got: %v", err)
	}
	if _, err := os.Stat(filepath.Join(cache, "pause-v0", "bin", "pause")); !os.IsNotExist(err) {
		t.Errorf("a binary is there: %v", err)
	}
}
