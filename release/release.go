package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// release says what is released, and where it is made.
type release struct {
	folder    string // of the module
	command   string // package of the binary, relative to the folder
	chart     string // relative to the folder
	version   string // without a leading v
	revision  string
	downloads string
	output    string
	date      time.Time
	platforms []platform
	materials []string
	image     bool
}

// platform is an operating system and an architecture, in Go's words.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

func parsePlatforms(text string) ([]platform, error) {
	var platforms []platform
	for name := range strings.SplitSeq(text, ",") {
		system, arch, found := strings.Cut(name, "/")
		if !found || system == "" || arch == "" {
			return nil, fmt.Errorf("platform %q: want one like linux/amd64", name)
		}
		platforms = append(platforms, platform{system, arch})
	}
	return platforms, nil
}

// name of the program.
func (r release) name() string { return path.Base(r.command) }

// make makes everything and returns the checksums.
func (r release) make(ctx context.Context) (string, error) {
	if err := r.settleVersion(); err != nil {
		return "", err
	}
	if err := os.RemoveAll(r.output); err != nil {
		return "", err
	}
	if err := os.MkdirAll(r.output, 0o755); err != nil { //nolint:gosec // a release is for everyone to read
		return "", err
	}
	sums := map[platform]string{}
	for _, p := range r.platforms {
		archive, err := r.archive(ctx, p)
		if err != nil {
			return "", fmt.Errorf("archive for %s: %w", p, err)
		}
		if sums[p], err = r.write(r.archiveName(p), archive); err != nil {
			return "", err
		}
	}
	if err := r.packChart(); err != nil {
		return "", fmt.Errorf("package the chart: %w", err)
	}
	if err := r.writeManifest(sums); err != nil {
		return "", fmt.Errorf("manifest for krew: %w", err)
	}
	if err := r.listMaterials(ctx); err != nil {
		return "", fmt.Errorf("bills of materials: %w", err)
	}
	if r.image {
		if err := r.packImage(ctx); err != nil {
			return "", fmt.Errorf("image: %w", err)
		}
	}
	return r.writeChecksums()
}

// settleVersion takes the chart's version for the release's, and refuses another: the chart names the image's tag.
func (r *release) settleVersion() error {
	chart, err := r.readChart()
	if err != nil {
		return err
	}
	if r.version == "" {
		r.version = chart.Version
	}
	r.version = strings.TrimPrefix(r.version, "v")
	if !semver.IsValid("v" + r.version) {
		return fmt.Errorf("version %q: want one like 1.2.3", r.version)
	}
	if chart.Version != r.version || chart.AppVersion != r.version {
		return fmt.Errorf("the version is %s, and %s/Chart.yaml says version %s and appVersion %s: set both there first",
			r.version, r.chart, chart.Version, chart.AppVersion)
	}
	return nil
}

// write puts a file into the release and returns its checksum.
func (r release) write(name string, content []byte) (string, error) {
	//nolint:gosec // a release is for everyone to read
	if err := os.WriteFile(filepath.Join(r.output, name), content, 0o644); err != nil {
		return "", err
	}
	return checksum(content), nil
}
