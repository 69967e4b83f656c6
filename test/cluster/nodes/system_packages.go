package nodes

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// cniPlugins is where Debian's package puts the CNI plugins.
const cniPlugins = "/usr/lib/cni"

// systemCommands maps a program that the node runs to the Debian package that holds it.
var systemCommands = map[string]string{
	"containerd":                         "containerd",
	"runc":                               "runc",
	filepath.Join(cniPlugins, "ptp"):     "containernetworking-plugins",
	filepath.Join(cniPlugins, "portmap"): "containernetworking-plugins",
	"ip":                                 "iproute2",
	"iptables":                           "iptables",
	"nft":                                "nftables",
	"conntrack":                          "conntrack",
}

// installSystemPackages installs what is missing with apt, without starting any of
// it as a service of the machine.
func installSystemPackages(ctx context.Context, log io.Writer) error {
	packages := missingPackages()
	if len(packages) == 0 {
		return nil
	}
	_, _ = fmt.Fprintf(log, "cluster: installing %s\n", strings.Join(packages, " "))
	for _, arguments := range [][]string{
		{"update", "-qq"},
		append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...),
	} {
		cmd := exec.CommandContext(ctx, "apt-get", arguments...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("install the Debian packages %q (needs root, or install them yourself): %w\n%s", packages, err, output)
		}
	}
	if packages = missingPackages(); len(packages) > 0 {
		return fmt.Errorf("the Debian packages %q are installed, but lack the programs the node needs", packages)
	}
	return nil
}

func missingPackages() []string {
	var missing []string
	for command, name := range systemCommands {
		if _, err := exec.LookPath(command); err != nil {
			missing = append(missing, name)
		}
	}
	return missing
}
