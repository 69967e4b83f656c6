package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// packImage has the image built for the platforms of Linux, and packs its layout into one file (oci-archive), which
// container tools load.
func (r release) packImage(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "release-image-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	layout := filepath.Join(folder, "layout")
	build := exec.CommandContext(ctx, "go", "run", "./image", "-version", r.version, "-revision", r.revision, "-package", r.command, "-output", layout)
	build.Dir = r.folder
	build.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.date.Unix(), 10))
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", build, err, output)
	}
	entries, err := entriesOf(layout, nil)
	if err != nil {
		return err
	}
	archive, err := os.Create(filepath.Join(r.output, fmt.Sprintf("%s-image-%s.tar", r.name(), r.version)))
	if err != nil {
		return err
	}
	if err := writeTar(archive, entries, r.date); err != nil {
		_ = archive.Close() // the first error is the one to tell
		return err
	}
	return archive.Close()
}
