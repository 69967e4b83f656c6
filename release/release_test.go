package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

var source = map[string]string{
	"go.mod":                   "module example.com/program\n\ngo 1.26.0\n",
	"LICENSE":                  "anybody may do anything\n",
	"cmd/program/main.go":      "package main\n\nvar version string\n\nfunc main() { print(version) }\n",
	"chart/Chart.yaml":         "apiVersion: v2\nname: program\nversion: 1.2.3\nappVersion: 1.2.3\n",
	"chart/.helmignore":        "# editors\n*.swp\n.idea/\n",
	"chart/values.yaml":        "a: 1\n",
	"chart/templates/x.yaml":   "a: {{ .Values.a }}\n",
	"chart/templates/.x.swp":   "an editor's\n",
	"chart/.idea/settings.xml": "an editor's\n",
}

var both = []platform{{runtime.GOOS, runtime.GOARCH}, {"windows", "amd64"}}

// newRelease is a release of a small program whose source lies in a folder of its own.
func newRelease(t *testing.T) release {
	t.Helper()
	folder := t.TempDir()
	for name, text := range source {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return release{
		folder: folder, command: "./cmd/program", chart: "chart", version: "1.2.3", output: filepath.Join(folder, "out"),
		downloads: "https://example.com/downloads", date: time.Unix(1_700_000_000, 0).UTC(), platforms: both,
	}
}

func made(t *testing.T, r release) (sums string, files map[string][]byte) {
	t.Helper()
	sums, err := r.make(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(r.output)
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(r.output, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return sums, files
}

func TestTheSameSourceMakesTheSameReleaseWhereverItLies(t *testing.T) {
	first, _ := made(t, newRelease(t))
	second, _ := made(t, newRelease(t))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("checksums (-first +second):\n%s", diff)
	}
	later := newRelease(t)
	later.date = later.date.Add(time.Hour)
	if third, _ := made(t, later); third == first {
		t.Error("another date makes the same files: the comparison compares nothing")
	}
}

func TestAReleaseHoldsEverything(t *testing.T) {
	r := newRelease(t)
	r.version = "" // that of the chart
	sums, files := made(t, r)
	want := []string{
		checksumsName, "kestra.yaml", "program-1.2.3.tgz",
		fmt.Sprintf("program_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH), "program_1.2.3_windows_amd64.zip",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name, content := range files {
		if name != checksumsName && !strings.Contains(sums, checksum(content)+"  "+name+"\n") {
			t.Errorf("%s is not in the checksums:\n%s", name, sums)
		}
	}
	if string(files[checksumsName]) != sums {
		t.Errorf("the file of checksums holds\n%swant\n%s", files[checksumsName], sums)
	}
}

func TestArchivesHoldTheProgramAndItsLicence(t *testing.T) {
	r := newRelease(t)
	_, files := made(t, r)
	unpacked := untar(t, files[r.archiveName(both[0])])
	if diff := cmp.Diff([]string{"LICENSE", "program"}, slices.Sorted(maps.Keys(unpacked))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, unpacked["program"], 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	if err != nil || string(out) != "1.2.3" {
		t.Errorf("the program says %q, want its version: %v", out, err)
	}
	zipped, err := zip.NewReader(bytes.NewReader(files[r.archiveName(both[1])]), int64(len(files[r.archiveName(both[1])])))
	if err != nil {
		t.Fatal(err)
	}
	if len(zipped.File) != 2 || zipped.File[1].Name != "program.exe" || zipped.File[1].Mode().Perm() != 0o755 {
		t.Errorf("the zip archive holds %+v", zipped.File)
	}
}

func TestTheChartIsPackedWithoutWhatHelmIgnores(t *testing.T) {
	_, files := made(t, newRelease(t))
	want := []string{"program/.helmignore", "program/Chart.yaml", "program/templates/x.yaml", "program/values.yaml"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(untar(t, files["program-1.2.3.tgz"])))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestTheManifestNamesWhatWasMade(t *testing.T) {
	r := newRelease(t)
	_, files := made(t, r)
	var manifest struct {
		Kind     string
		Metadata struct{ Name string }
		Spec     struct {
			Version, ShortDescription string
			Platforms                 []struct {
				Selector         struct{ MatchLabels map[string]string }
				URI, SHA256, Bin string
			}
		}
	}
	if err := yaml.Unmarshal(files["kestra.yaml"], &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Kind != "Plugin" || manifest.Metadata.Name != "kestra" || manifest.Spec.Version != "v1.2.3" || len(manifest.Spec.ShortDescription) > 50 {
		t.Errorf("%+v", manifest)
	}
	for i, p := range manifest.Spec.Platforms {
		name := r.archiveName(both[i])
		if p.URI != "https://example.com/downloads/v1.2.3/"+name || p.SHA256 != checksum(files[name]) || p.Selector.MatchLabels["os"] != both[i].os {
			t.Errorf("%+v does not name %s", p, name)
		}
	}
	if len(manifest.Spec.Platforms) != len(both) {
		t.Errorf("%d platforms, want %d", len(manifest.Spec.Platforms), len(both))
	}
}

func TestAReleaseOfAnotherVersionThanTheChartsIsRefused(t *testing.T) {
	for version, want := range map[string]string{"1.2.4": "says version 1.2.3", "next": "want one like 1.2.3"} {
		r := newRelease(t)
		r.version = version
		if _, err := r.make(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("version %s: %v, want %q", version, err, want)
		}
	}
}

func TestABillOfMaterialsHasTheReleasesDateAndVersion(t *testing.T) {
	r := newRelease(t)
	r.output = t.TempDir()
	file := filepath.Join(r.output, "program.cdx.json")
	const untagged, dated = `"v0.0.0-20261124145442-bed42818da3b"`, `"2023-11-14T22:13:20Z"`
	const bill = `{"metadata": {"timestamp": %s, "component": {"version": %s}}, "dependencies": [{"ref": %[2]s}]}`
	if err := os.WriteFile(file, fmt.Appendf(nil, bill, `"2026-11-24T14:55:57Z"`, untagged), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.settleMaterials(file); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fmt.Sprintf(bill, dated, `"v1.2.3"`), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlatformsAreRead(t *testing.T) {
	platforms, err := parsePlatforms(allPlatforms)
	if err != nil || len(platforms) != 5 {
		t.Errorf("%v: %v", platforms, err)
	}
	if _, err := parsePlatforms("linux"); err == nil {
		t.Error("a platform without an architecture was read")
	}
}

func untar(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(plain); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
}
