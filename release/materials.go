package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// timestamp is when a bill of materials was made.
var timestamp = regexp.MustCompile(`("timestamp": )"[^"]*"`)

// listMaterials writes a bill of materials for each platform, in CycloneDX's JSON.
func (r release) listMaterials(ctx context.Context) error {
	if len(r.materials) == 0 {
		return nil
	}
	for _, p := range r.platforms {
		name := fmt.Sprintf("%s_%s_%s_%s.cdx.json", r.name(), r.version, p.os, p.arch)
		file, err := filepath.Abs(filepath.Join(r.output, name))
		if err != nil {
			return err
		}
		arguments := append(r.materials[1:len(r.materials):len(r.materials)],
			"app", "-json", "-licenses", "-noserial", "-main", r.command, "-output", file, ".")
		list := exec.CommandContext(ctx, r.materials[0], arguments...)
		list.Dir = r.folder
		// The tool itself runs here; what it lists is what the build for the platform takes.
		list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch)
		if output, err := list.CombinedOutput(); err != nil {
			return fmt.Errorf("%s for %s: %w\n%s", r.materials[0], p, err, output)
		}
		if err := r.settleMaterials(file); err != nil {
			return err
		}
	}
	return nil
}

// settleMaterials dates a bill of materials as everything else, and gives the program the release's version: the tool knows
// that only once it is tagged.
func (r release) settleMaterials(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var bill struct {
		Metadata struct{ Component struct{ Version string } }
	}
	if err := json.Unmarshal(text, &bill); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if version := bill.Metadata.Component.Version; version != "" {
		text = bytes.ReplaceAll(text, []byte(version), []byte("v"+r.version))
	}
	text = timestamp.ReplaceAll(text, []byte(`$1"`+r.date.Format(time.RFC3339)+`"`))
	_, err = r.write(filepath.Base(file), text)
	return err
}
