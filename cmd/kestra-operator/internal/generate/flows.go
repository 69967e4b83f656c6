package generate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// FlowOptions say what becomes of flow files.
type FlowOptions struct {
	// Tenant in Kestra; an empty one is the operator's default.
	Tenant string
	// Exclude are patterns of files and folders to leave out without a word, by name or by path.
	Exclude []string
}

// Flows returns an item for each *.yaml and *.yml below a folder, which must be a flow with an id and a
// namespace, and an error for each one that is not.
func Flows(folder string, options FlowOptions) (items []manifest.Item, left []error, err error) {
	seen := map[kestra.Target]string{}
	left, err = walk(folder, options.Exclude, func(root *os.Root, name string) error {
		if extension := path.Ext(name); extension != ".yaml" && extension != ".yml" {
			return nil
		}
		source, err := read(root, name, flow.MaxSourceBytes)
		if err != nil {
			return err
		}
		target, err := identify(source)
		if err != nil {
			return err
		}
		target.Tenant = options.Tenant
		if other, found := seen[target]; found {
			return fmt.Errorf("%s is the same flow, %s", other, manifest.Describe(target))
		}
		seen[target] = name
		items = append(items, manifest.Flow(target, string(source)))
		return nil
	})
	if err == nil && len(items) == 0 && len(left) == 0 {
		err = fmt.Errorf("folder %s: no *.yaml or *.yml in it", folder)
	}
	return items, left, err
}

// identify reads the id and namespace of a flow's first document, the one that Kestra stores. Nothing is
// expanded, whatever the document holds.
func identify(source []byte) (kestra.Target, error) {
	if !utf8.Valid(source) {
		return kestra.Target{}, errors.New("not UTF-8 text")
	}
	var document yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(source)).Decode(&document)
	if errors.Is(err, io.EOF) {
		return kestra.Target{}, errors.New("empty")
	}
	if err != nil {
		return kestra.Target{}, fmt.Errorf("its id and namespace cannot be read: %w", err)
	}
	root := document.Content[0]
	if root.Kind == yaml.MappingNode && scalar(root, "apiVersion") != "" && scalar(root, "kind") != "" {
		return kestra.Target{}, errors.New("a Kubernetes manifest, not a flow")
	}
	target := kestra.Target{Namespace: scalar(root, "namespace"), Name: scalar(root, "id")}
	if target.Namespace == "" || target.Name == "" {
		return kestra.Target{}, errors.New("not a flow: it has no id and namespace at the top")
	}
	return target, nil
}

// scalar returns the text of a key of a mapping; empty when there is none.
func scalar(mapping *yaml.Node, key string) string {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if k, v := mapping.Content[i], mapping.Content[i+1]; k.Value == key && v.Kind == yaml.ScalarNode {
			return v.Value
		}
	}
	return ""
}
