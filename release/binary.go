package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// binary builds the program for a platform. It does not tell where it was built.
func (r release) binary(ctx context.Context, p platform) ([]byte, error) {
	folder, err := os.MkdirTemp("", "release-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	built := filepath.Join(folder, r.name())
	build := exec.CommandContext(ctx, "go", "build", "-tags", "grpcnotrace", "-trimpath", "-ldflags", "-s -w -X main.version="+r.version, "-o", built, r.command)
	build.Dir = r.folder
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch)
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", build, err, output)
	}
	return os.ReadFile(built)
}

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
	program, err := r.binary(ctx, p)
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
