package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/kestra-operator/kestra-operator/release/reproducible"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run builds what the arguments ask for and prints the digest of the image's index.
func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	b := build{folder: "."}
	flags.StringVar(&b.command, "package", "./cmd/kestra-operator", "command to build")
	flags.StringVar(&b.version, "version", "development", "version to build as")
	flags.StringVar(&b.revision, "revision", "", "revision of the source, for the image's labels")
	platforms := flags.String("platforms", "linux/amd64,linux/arm64", "platforms to build for, separated by commas")
	output := flags.String("output", "", "folder to write the OCI image layout to; it is replaced")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *output == "" {
		return fmt.Errorf("-output is missing: name a folder for the image")
	}
	var err error
	if b.created, err = reproducible.Date(time.Unix(0, 0).UTC()); err != nil {
		return err
	}
	digest, err := b.write(ctx, strings.Split(*platforms, ","), *output)
	if err != nil {
		return err
	}
	fmt.Println(digest)
	return nil
}
