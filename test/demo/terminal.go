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
	if err := s.writeEnvironment(environmentFile); err != nil {
		return err
	}
	s.out.title("Everything stays up until Ctrl-C. In another terminal, in this folder:")
	s.out.output(". " + environmentFile + "\nkubectl get flow -A")
	<-ctx.Done()
	return os.Remove(environmentFile)
}

// writeEnvironment writes what gives a shell access to the cluster and to Kestra, and puts kubectl, its plugin and the
// operator's program on its path.
func (s *stage) writeEnvironment(file string) error {
	folder, err := filepath.Abs(filepath.Dir(operatorBinary))
	if err != nil {
		return err
	}
	for name, target := range map[string]string{"kubectl-kestra": "kestra-operator", "kubectl": s.plane.KubectlPath()} {
		link := filepath.Join(folder, name)
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(target, link); err != nil {
			return err
		}
	}
	var text strings.Builder
	for _, variable := range s.access() {
		name, value, _ := strings.Cut(variable, "=")
		_, _ = fmt.Fprintf(&text, "export %s='%s'\n", name, value)
	}
	_, _ = fmt.Fprintf(&text, "export PATH='%s':\"$PATH\"\n", folder)
	return os.WriteFile(file, []byte(text.String()), 0o600)
}

// access names the cluster and Kestra in the environment of a person, as KEY=value.
func (s *stage) access() []string {
	return append([]string{"KUBECONFIG=" + s.plane.Kubeconfig(), "KESTRA_API_URL=" + s.kestra.url}, s.kestra.environment...)
}
