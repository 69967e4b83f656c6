package cluster

import (
	"fmt"
	"os"
	"os/exec"
)

// guard writes a script that runs binary so that the kernel kills it when this
// process dies, even by SIGKILL: envtest starts what it is given and does not
// arrange for that itself. Where util-linux's setpriv is missing, the binary is
// returned as it is.
func guard(script, binary string) (string, error) {
	setpriv, err := exec.LookPath("setpriv")
	if err != nil {
		return binary, nil //nolint:nilerr // the guard is a convenience
	}
	text := fmt.Sprintf("#!/bin/sh\nexec %q --pdeathsig KILL -- %q \"$@\"\n", setpriv, binary)
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		return "", fmt.Errorf("write the start script of %s: %w", binary, err)
	}
	return script, nil
}
