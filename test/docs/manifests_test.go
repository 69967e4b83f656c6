package docs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// mistaken are the files of a page that are wrong on purpose; the page shows what is said of them.
var mistaken = []string{"# broken.yaml\n", "# flows/each.yaml\n", "# report.yaml\n"}

// A page's own test is that of its examples: findings.md has bad ones on purpose, and is tested where it is made.
func TestEveryManifestIsAdmitted(t *testing.T) {
	checked := 0
	for _, page := range readPages(t) {
		if page.Path == "docs/reference/findings.md" {
			continue
		}
		for _, block := range page.Blocks {
			if block.Language != "yaml" {
				continue
			}
			for document := range strings.SplitSeq(block.Text, "\n---\n") {
				checked++
				if err := checkDocument([]byte(document)); err != nil {
					t.Errorf("%s, line %d: %v", page.Path, block.Line, err)
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("found only %d manifests; the search does not work", checked)
	}
}

func checkDocument(text []byte) error {
	for _, opening := range mistaken {
		if bytes.HasPrefix(text, []byte(opening)) {
			return nil
		}
	}
	if bytes.HasPrefix(text, []byte("# values.yaml\n")) {
		return checkValues(text)
	}
	var head struct {
		APIVersion, Kind, ID string
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return err
	}
	switch {
	case head.APIVersion == v1alpha1.GroupVersion.String():
		return checkObject(head.Kind, text)
	case head.ID != "" && head.APIVersion == "":
		return refusalOf(flow.Check(text, flow.Identity{}, nil, flow.Options{}))
	}
	return nil
}

func checkObject(kind string, text []byte) error {
	switch kind {
	case "KestraFlow":
		return admit(text, func(obj *v1alpha1.KestraFlow) (field.ErrorList, []string) {
			return validation.ValidateFlow(obj, nil, flow.Options{})
		})
	case "KestraKeyValue":
		return admit(text, validation.ValidateKeyValue)
	case "KestraNamespaceFile":
		return admit(text, validation.ValidateNamespaceFile)
	}
	return fmt.Errorf("there is no kind %q", kind)
}

func admit[T any](text []byte, validate func(*T) (field.ErrorList, []string)) error {
	obj := new(T)
	if err := yaml.UnmarshalStrict(text, obj); err != nil {
		return err
	}
	errs, _ := validate(obj)
	return errs.ToAggregate()
}

func refusalOf(report flow.Report) error {
	if report.Accepted() {
		return nil
	}
	return fmt.Errorf("the flow is refused: %v", report.Findings)
}

// checkValues compares values with the schema of the chart.
func checkValues(text []byte) error {
	schema, err := os.ReadFile(filepath.Join(project, "charts", "kestra-operator", "values.schema.json"))
	if err != nil {
		return err
	}
	compiled, err := jsonschema.CompileString("values.schema.json", string(schema))
	if err != nil {
		return err
	}
	var values any
	if err := yaml.Unmarshal(text, &values); err != nil {
		return err
	}
	return compiled.Validate(values)
}
