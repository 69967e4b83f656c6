package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// demo tells the story; the working folder is the project's.
func demo(ctx context.Context, w io.Writer) (err error) {
	out := &console{w: w, color: w == os.Stdout && term.IsTerminal(int(os.Stdout.Fd()))}
	began := time.Now()
	stage, err := setUp(ctx, out)
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
	out.title("The story took %.1f s.", time.Since(began).Seconds())
	if term.IsTerminal(int(os.Stdin.Fd())) {
		stage.stayUp(ctx)
	}
	return nil
}
