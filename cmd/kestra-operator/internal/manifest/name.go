package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

const (
	// extension of a file of manifests.
	extension = ".yaml"
	// maxName is the longest name that is given to an object, in characters. Kubernetes takes 253; with the extension of
	// its file it must fit into the 255 that file systems take.
	maxName = 255 - len(extension)
	// hashLength is how much of a hash tells two targets apart whose names became the same.
	hashLength = 10
)

// notInName is what the name of an object cannot hold, or holds once.
var notInName = regexp.MustCompile(`[^a-z0-9.]+`)

// names returns an object's name for each target: its namespace and name, as far as an object can be called
// that. Targets that would be called the same all get a hash of their own, so that the outcome does not depend
// on their order.
func names(targets []kestra.Target) []string {
	claims := map[string]int{}
	plain := make([]string, len(targets))
	for i, target := range targets {
		plain[i] = plainName(target)
		claims[plain[i]]++
	}
	for i, name := range plain {
		if claims[name] > 1 || name == "" || len(name) > maxName {
			plain[i] = hashedName(name, targets[i])
		}
	}
	return plain
}

// plainName is empty when nothing of the target can stand in a name.
func plainName(target kestra.Target) string {
	parts := []string{target.Namespace, target.Name}
	if target.Tenant != "" {
		parts = append([]string{target.Tenant}, parts...)
	}
	name := notInName.ReplaceAllString(strings.ToLower(strings.Join(parts, ".")), "-")
	var labels []string
	for label := range strings.SplitSeq(name, ".") {
		if label = strings.Trim(label, "-"); label != "" {
			labels = append(labels, label)
		}
	}
	return strings.Join(labels, ".")
}

func hashedName(name string, target kestra.Target) string {
	sum := sha256.Sum256([]byte(target.String()))
	hash := hex.EncodeToString(sum[:])[:hashLength]
	if limit := maxName - hashLength - 1; len(name) > limit {
		name = name[:limit]
	}
	if name = strings.TrimRight(name, ".-"); name == "" {
		return "kestra-" + hash
	}
	return name + "-" + hash
}
