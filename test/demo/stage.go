package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

const (
	// kestraNamespace is where everything happens in Kestra: nobody else's, also on a real server.
	kestraNamespace = "demo.kestra-operator"
	poll            = 100 * time.Millisecond
	// operatorBinary is where the operator's program is put, beside what another terminal needs.
	operatorBinary = ".cache/demo/kestra-operator"
	// installation is the folder of what is applied around the operator.
	installation = "test/demo/installation"
)

// stage is everything that the story is told on.
type stage struct {
	out      *console
	plane    *cluster.ControlPlane
	kestra   *kestraServer
	operator *process.Process
	folder   string
}

// setUp starts all components; the options are those of the development Kestra.
func setUp(ctx context.Context, out *console, options devkestra.Options) (_ *stage, err error) {
	s := &stage{out: out}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.tearDown())
		}
	}()
	out.title("Setting the stage: a control plane, Kestra, the operator")
	awaitBuild := meanwhile(func() error { return process.Build(ctx, operatorBinary) })
	s.plane, err = cluster.Start(ctx, cluster.Options{Log: out.w})
	if err = errors.Join(err, awaitBuild()); err != nil {
		return nil, err
	}
	if s.kestra, err = openKestra(out, options); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "kestra-operator-demo-"); err != nil {
		return nil, err
	}
	return s, s.startOperator(ctx)
}

// meanwhile does something while something else is done; the returned function waits for it.
func meanwhile(do func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return func() error { return <-done }
}

// startOperator applies what an installation applies, and runs the operator with its rights.
func (s *stage) startOperator(ctx context.Context) error {
	if err := s.accepted(ctx, "apply", "--server-side", "-k", installation); err != nil {
		return err
	}
	access, err := process.AccessOn(ctx, s.plane, process.Namespace)
	if err != nil {
		return err
	}
	began := time.Now()
	s.operator, err = process.Start(ctx, process.Options{
		Binary: operatorBinary, Folder: s.folder, Access: access, KestraURL: s.kestra.url, Environment: s.kestra.environment,
		Arguments: []string{"--value-from", "--interval=1s", "--log-format=text"},
	}, s.out.command)
	if err == nil {
		s.out.say("the operator is ready after %.1f s: certificate issued, webhooks serving", time.Since(began).Seconds())
	}
	return err
}

// kubectl shows a kubectl command and its output.
func (s *stage) kubectl(ctx context.Context, arguments ...string) (string, error) {
	shown := make([]string, len(arguments))
	for i, argument := range arguments {
		shown[i] = argument
		if strings.ContainsAny(argument, " {}") {
			shown[i] = "'" + argument + "'"
		}
	}
	return s.out.run(s.plane.KubectlCommand(ctx, arguments...), "kubectl "+strings.Join(shown, " "))
}

// accepted is kubectl that must succeed.
func (s *stage) accepted(ctx context.Context, arguments ...string) error {
	if _, err := s.kubectl(ctx, arguments...); err != nil {
		return fmt.Errorf("kubectl %s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

// refused is kubectl that must fail and print every one of the wanted texts.
func (s *stage) refused(ctx context.Context, wanted []string, arguments ...string) error {
	output, err := s.kubectl(ctx, arguments...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("kubectl %s: was not refused", strings.Join(arguments, " "))
	}
	for _, want := range wanted {
		if !strings.Contains(output, want) {
			return fmt.Errorf("the refusal does not say %q", want)
		}
	}
	return nil
}

func (s *stage) tearDown() error {
	var errs []error
	if s.operator != nil {
		errs = append(errs, s.operator.Stop())
	}
	if s.plane != nil {
		errs = append(errs, s.plane.Stop())
	}
	if s.kestra != nil {
		s.kestra.close()
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}

// eventually tries until there is no error, or returns the last one when the time is up.
func eventually(ctx context.Context, timeout time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", timeout, err)
		case <-ticker.C:
		}
	}
}
