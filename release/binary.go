package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kestra-operator/kestra-operator/release/reproducible"
)

// archiveName is the file that holds the program for a platform.
func (r release) archiveName(p platform) string {
	extension := "tar.gz"
	if p.os == "windows" {
		extension = "zip"
	}
	return fmt.Sprintf("%s_%s_%s_%s.%s", r.name(), r.version, p.os, p.arch, extension)
}

// binaryName is the program's file on a platform.
func (r release) binaryName(p platform) string {
	if p.os == "windows" {
		return r.name() + ".exe"
	}
	return r.name()
}

// archive packs the program for a platform with its licence.
func (r release) archive(ctx context.Context, p platform) ([]byte, error) {
	program, err := reproducible.Program{Folder: r.folder, Package: r.command, Version: r.version}.Compile(ctx, p.os, p.arch)
	if err != nil {
		return nil, err
	}
	licence, err := os.ReadFile(filepath.Join(r.folder, "LICENSE"))
	if err != nil {
		return nil, err
	}
	entries := []entry{{"LICENSE", 0o644, licence}, {r.binaryName(p), 0o755, program}}
	if p.os == "windows" {
		return zipOf(entries, r.date)
	}
	return tarballOf(entries, r.date)
}
