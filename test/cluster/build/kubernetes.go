package build

import (
	"fmt"
	"strings"
)

// kubernetesVersionFlags tells Kubernetes its own version, which it learns from
// the linker alone: without it, clients see v0.0.0 and features are off.
func kubernetesVersionFlags(version string) string {
	const pkg = "k8s.io/component-base/version"
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return fmt.Sprintf("-X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, version, major, minor)
}
