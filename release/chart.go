package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// chart is what a chart says of itself.
type chart struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion"`
}

func (r release) readChart() (chart, error) {
	text, err := os.ReadFile(filepath.Join(r.folder, r.chart, "Chart.yaml"))
	if err != nil {
		return chart{}, err
	}
	var read chart
	if err := yaml.Unmarshal(text, &read); err != nil {
		return chart{}, fmt.Errorf("%s/Chart.yaml: %w", r.chart, err)
	}
	return read, nil
}

// packChart packs the chart as "helm package" does, but with files dated alike.
func (r release) packChart() error {
	read, err := r.readChart()
	if err != nil {
		return err
	}
	entries, err := chartEntries(filepath.Join(r.folder, r.chart), read.Name)
	if err != nil {
		return err
	}
	packed, err := tarballOf(entries, r.date)
	if err != nil {
		return err
	}
	_, err = r.write(fmt.Sprintf("%s-%s.tgz", read.Name, r.version), packed)
	return err
}

// chartEntries reads a chart's files, Chart.yaml first as helm expects it, those of .helmignore left out.
func chartEntries(folder, name string) ([]entry, error) {
	ignored, err := ignoredNames(filepath.Join(folder, ".helmignore"))
	if err != nil {
		return nil, err
	}
	entries, err := entriesOf(folder, ignored)
	var first, rest []entry
	for _, e := range entries {
		packed := entry{path.Join(name, e.path), e.mode, e.content}
		if e.path == "Chart.yaml" {
			first = append(first, packed)
		} else {
			rest = append(rest, packed)
		}
	}
	return append(first, rest...), err
}

// ignoredNames reads patterns of names; there are none without the file.
func ignoredNames(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var patterns []string
	for line := range bytes.Lines(text) {
		pattern := strings.TrimSuffix(strings.TrimSpace(string(line)), "/")
		if pattern != "" && !strings.HasPrefix(pattern, "#") {
			patterns = append(patterns, pattern)
		}
	}
	return patterns, nil
}

func matches(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if matched, err := path.Match(pattern, name); err == nil && matched {
			return true
		}
	}
	return false
}
