package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"debug/elf"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

var source = map[string]string{
	"go.mod":           "module example.com/program\n\ngo 1.26.0\n",
	"program/main.go":  "package main\n\nimport \"net/http\"\n\nvar version string\n\nfunc main() { println(version, http.StatusText(200)) }\n",
	"program/other.go": "package main\n",
}

// written builds an image of a small program whose source lies in a folder of its own.
func written(t *testing.T, version string, platforms ...string) (output string, digest v1.Hash) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range source {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output = filepath.Join(folder, "image")
	b := build{folder: folder, command: "./program", version: version, created: time.Unix(1_000_000_000, 0).UTC()}
	digest, err := b.write(t.Context(), platforms, output)
	if err != nil {
		t.Fatal(err)
	}
	return output, digest
}

func TestTheSameSourceMakesTheSameImageWhereverItLies(t *testing.T) {
	_, first := written(t, "v1", "linux/amd64")
	_, second := written(t, "v1", "linux/amd64")
	if first != second {
		t.Errorf("digests %s and %s differ", first, second)
	}
	if _, other := written(t, "v2", "linux/amd64"); other == first {
		t.Error("another version has the same digest: the comparison compares nothing")
	}
}

func TestTheImageOfEachPlatform(t *testing.T) {
	output, digest := written(t, "v1", "linux/amd64", "linux/arm64")
	for platform, machine := range map[string]elf.Machine{"linux/amd64": elf.EM_X86_64, "linux/arm64": elf.EM_AARCH64} {
		t.Run(platform, func(t *testing.T) {
			image := imageFor(t, output, digest, platform)
			config, err := image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			if got := config.Platform().String(); got != platform {
				t.Errorf("the configuration says it is for %s", got)
			}
			if config.Config.User != "65532:65532" {
				t.Errorf("it runs as %q", config.Config.User)
			}
			if diff := cmp.Diff([]string{"/program", "run"}, append(config.Config.Entrypoint, config.Config.Cmd...)); diff != "" {
				t.Errorf("what it runs (-want +got):\n%s", diff)
			}
			files := filesOf(t, image)
			binary, err := elf.NewFile(bytes.NewReader(files["program"]))
			if err != nil {
				t.Fatal(err)
			}
			if binary.Machine != machine {
				t.Errorf("the binary is for %s", binary.Machine)
			}
			if libraries, err := binary.ImportedLibraries(); err != nil || len(libraries) > 0 {
				t.Errorf("the binary is not static: %q, %v", libraries, err)
			}
			delete(files, "program")
			onlyTheSystem(t, files)
		})
	}
}

// onlyTheSystem checks that nothing but what a static binary may ask for is in the image.
func onlyTheSystem(t *testing.T, files map[string][]byte) {
	t.Helper()
	certificates := x509.NewCertPool()
	if !certificates.AppendCertsFromPEM(files["etc/ssl/certs/ca-certificates.crt"]) {
		t.Error("there are no authorities")
	}
	for _, name := range []string{"etc/passwd", "etc/group"} {
		if !bytes.Contains(files[name], []byte("nonroot:x:65532:")) {
			t.Errorf("%s does not name the user: %s", name, files[name])
		}
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	want := []string{"etc/", "etc/group", "etc/passwd", "etc/ssl/", "etc/ssl/certs/", "etc/ssl/certs/ca-certificates.crt", "home/", "home/nonroot/", "tmp/"}
	if diff := cmp.Diff(want, names, sorted); diff != "" {
		t.Errorf("what is in the image (-want +got):\n%s", diff)
	}
}

var sorted = cmp.Transformer("sorted", func(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
})

func imageFor(t *testing.T, output string, digest v1.Hash, platform string) v1.Image {
	t.Helper()
	root, err := layout.ImageIndexFromPath(output)
	if err != nil {
		t.Fatal(err)
	}
	index, err := root.ImageIndex(digest)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, descriptor := range manifest.Manifests {
		if descriptor.Platform.String() == platform {
			image, err := index.Image(descriptor.Digest)
			if err != nil {
				t.Fatal(err)
			}
			return image
		}
	}
	t.Fatalf("no image for %s", platform)
	return nil
}

// By these names containerd, and what is built on it, knows the image after it was loaded from an archive.
func TestTheLayoutNamesTheImageAsTheChartDoes(t *testing.T) {
	output, digest := written(t, "1.2.3", "linux/amd64")
	root, err := layout.ImageIndexFromPath(output)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 1 || manifest.Manifests[0].Digest != digest {
		t.Fatalf("the folder holds %+v, want %s alone", manifest.Manifests, digest)
	}
	want := map[string]string{
		"org.opencontainers.image.ref.name": "1.2.3",
		"io.containerd.image.name":          "docker.io/kestra-operator/program:1.2.3",
	}
	if diff := cmp.Diff(want, manifest.Manifests[0].Annotations); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
}

// filesOf reads all files of an image's layers.
func filesOf(t *testing.T, image v1.Image) map[string][]byte {
	t.Helper()
	content := mutate.Extract(image)
	defer func() { _ = content.Close() }()
	files := map[string][]byte{}
	for reader := tar.NewReader(content); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		name := header.Name
		if header.Typeflag == tar.TypeDir && name[len(name)-1] != '/' {
			name += "/"
		}
		files[name] = text
		if !header.ModTime.Equal(time.Unix(1_000_000_000, 0)) {
			t.Errorf("%s is dated %s", header.Name, header.ModTime)
		}
	}
}

func TestArgumentsThatMakeNoImage(t *testing.T) {
	for name, test := range map[string]struct {
		arguments []string
		epoch     string
	}{
		"no folder to write to": {nil, ""},
		"an unknown platform":   {[]string{"-output=x", "-platforms=linux/amd64/v1/v2/v3"}, ""},
		"a date that is none":   {[]string{"-output=x"}, "yesterday"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("SOURCE_DATE_EPOCH", test.epoch)
			if err := run(t.Context(), test.arguments); err == nil {
				t.Error("an image was made")
			}
		})
	}
}
