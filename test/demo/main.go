package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	only := flag.Bool("stage", false, "set the stage, tell no story, and stay up")
	record := flag.String("record", "", "draw the story into this file too")
	flag.Parse()
	tell := func(ctx context.Context, w io.Writer) error { return demo(ctx, w, *record) }
	if *only {
		tell = playground
	}
	if err := tell(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// playground sets the stage and leaves it to the user until the context ends.
func playground(ctx context.Context, w io.Writer) (err error) {
	stage, err := setUp(ctx, newConsole(w), kestra.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.tearDown()) }()
	return stage.stayUp(ctx)
}

// demo tells the story, and draws it into a file if one is named; the working folder is the project's.
func demo(ctx context.Context, w io.Writer, record string) (err error) {
	out := newConsole(w)
	began := time.Now()
	stage, err := setUp(ctx, out, kestra.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.tearDown()) }()
	for i, scene := range story {
		out.title("%d. %s", i+1, scene.title)
		if err := scene.play(ctx, stage); err != nil {
			return fmt.Errorf("scene %d (%s) did not show what it claims: %w\n\nlast lines of the operator's log:\n%s",
				i+1, scene.title, err, stage.operator.LogTail())
		}
	}
	if record != "" {
		if err := draw(out.shown, record); err != nil {
			return err
		}
	}
	out.title("The story took %.1f s.", time.Since(began).Seconds())
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return stage.stayUp(ctx)
	}
	return nil
}
