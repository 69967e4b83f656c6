package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// environmentFile is what another terminal reads to work on the stage.
const environmentFile = ".cache/demo/environment"

// stayUp tells how to try things by hand, and waits.
func (s *stage) stayUp(ctx context.Context) error {
	variables, err := s.terminal()
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		_, _ = fmt.Fprintf(&text, "export %s='%s'\n", name, value)
	}
	if err := os.WriteFile(environmentFile, []byte(text.String()), 0o600); err != nil {
		return err
	}
	s.out.title("Everything stays up until Ctrl-C. In another terminal, in this folder:")
	s.out.output(". " + environmentFile + "\nkubectl get flow -A")
	<-ctx.Done()
	return os.Remove(environmentFile)
}

// terminal is the environment of a person who works on the stage: kubectl, its plugin and the operator's program on
// the path, and access to the cluster and to Kestra.
func (s *stage) terminal() ([]string, error) {
	folder, err := filepath.Abs(filepath.Dir(operatorBinary))
	if err != nil {
		return nil, err
	}
	for name, target := range map[string]string{"kubectl-kestra": "kestra-operator", "kubectl": s.plane.KubectlPath()} {
		link := filepath.Join(folder, name)
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		if err := os.Symlink(target, link); err != nil {
			return nil, err
		}
	}
	return append(s.access(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH")), nil
}

// access is the part of a person's environment that names the cluster and Kestra.
func (s *stage) access() []string {
	return append([]string{"KUBECONFIG=" + s.plane.Kubeconfig(), "KESTRA_API_URL=" + s.kestra.url}, s.kestra.environment...)
}
