package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/kestra-operator/kestra-operator/release/reproducible"
)

// allPlatforms are those that the binary is released for.
const allPlatforms = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64"

// oldest is the first time that a zip archive can tell.
var oldest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run makes what the arguments ask for and prints the checksums.
func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	r := release{folder: ".", chart: "charts/kestra-operator"}
	flags.StringVar(&r.command, "package", "./cmd/kestra-operator", "command to build")
	flags.StringVar(&r.version, "version", "", "version to release, such as 1.2.3; that of the chart when empty")
	flags.StringVar(&r.revision, "revision", "", "revision of the source, for the image's labels")
	flags.StringVar(&r.downloads, "downloads", "https://github.com/kestra-operator/kestra-operator/releases/download", "URL below which the files of each version will lie")
	flags.StringVar(&r.output, "output", "", "folder to write to; it is replaced")
	flags.BoolVar(&r.image, "image", true, "make the image too")
	materials := flags.String("materials", "", "command of cyclonedx-gomod that makes bills of materials; none are made when empty")
	platforms := flags.String("platforms", allPlatforms, "platforms to build for, separated by commas")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if r.output == "" {
		return fmt.Errorf("-output is missing: name a folder for the release")
	}
	var err error
	if r.platforms, err = parsePlatforms(*platforms); err != nil {
		return err
	}
	if r.date, err = reproducible.Date(oldest); err != nil {
		return err
	}
	r.materials = strings.Fields(*materials)
	checksums, err := r.make(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s is made, and nothing is published.\n", checksums, filepath.Clean(r.output))
	return nil
}
