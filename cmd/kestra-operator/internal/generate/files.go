package generate

import (
	"os"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
)

// FileOptions say what becomes of a folder.
type FileOptions struct {
	// Tenant and Namespace in Kestra. An empty tenant is the operator's default one.
	Tenant, Namespace string
	// InlineLimit is the longest content that stands in its object, in bytes; a longer one gets a ConfigMap.
	InlineLimit int
	// Exclude are patterns of files and folders to leave out without a word, by name or by path.
	Exclude []string
}

// Files returns an item for each file below a folder, under its path from there, and an error for each file
// that was left out.
func Files(folder string, options FileOptions) (items []manifest.Item, left []error, err error) {
	left, err = walk(folder, options.Exclude, func(root *os.Root, name string) error {
		if err := namespacefile.CheckPath(name); err != nil {
			return err
		}
		content, err := read(root, name, namespacefile.MaxContentBytes)
		if err != nil {
			return err
		}
		target := kestra.Target{Tenant: options.Tenant, Namespace: options.Namespace, Name: name}
		items = append(items, manifest.NamespaceFile(target, content, options.InlineLimit))
		return nil
	})
	return items, left, err
}
