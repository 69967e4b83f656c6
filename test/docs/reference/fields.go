package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

const fieldsIntroduction = `# Fields

Every kind belongs to the group ` + "`model.kestra.io`, version `v1alpha1`" + `, and is namespaced. "required" means on creation;
objects that were stored without a field can still be labelled, suspended and deleted.
`

// fields renders the fields of the generated custom resource definitions.
func fields(project string) (string, error) {
	files, err := filepath.Glob(filepath.Join(project, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		return "", err
	}
	page := generated + fieldsIntroduction
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(text, &definition); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		page += kindSection(&definition)
	}
	return page, nil
}

func kindSection(definition *apiextensionsv1.CustomResourceDefinition) string {
	names, schema := definition.Spec.Names, definition.Spec.Versions[0].Schema.OpenAPIV3Schema
	var section strings.Builder
	fmt.Fprintf(&section, "\n## %s\n\n%s\n\nShort names: %s.\n", names.Kind, sentence(schema.Description), codes(names.ShortNames))
	for _, part := range []string{"spec", "status"} {
		fmt.Fprintf(&section, "\n| %s | type | meaning |\n|---|---|---|\n", part)
		fieldRows(&section, schema.Properties[part], part, schema.XValidations)
	}
	return section.String()
}

// fieldRows writes a row for each property, and for those within it.
func fieldRows(section *strings.Builder, object apiextensionsv1.JSONSchemaProps, path string, rules apiextensionsv1.ValidationRules) {
	names := make([]string, 0, len(object.Properties))
	for name := range object.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		property, at := object.Properties[name], path+"."+name
		fmt.Fprintf(section, "| `%s` | %s | %s |\n", strings.TrimPrefix(at, "spec."), typeOf(property), cell(meaning(property, at, rules)))
		if property.Type == "array" && property.Items != nil && property.Items.Schema != nil {
			if name != "conditions" { // they have a page of their own
				fieldRows(section, *property.Items.Schema, at+"[]", nil)
			}
			continue
		}
		fieldRows(section, property, at, nil)
	}
}

func typeOf(property apiextensionsv1.JSONSchemaProps) string {
	switch {
	case property.Format == "date-time":
		return "time"
	case property.Type == "array" && property.Items != nil && property.Items.Schema != nil:
		return "list of " + typeOf(*property.Items.Schema)
	default:
		return property.Type
	}
}

// meaning is the description, with what is bounded or required.
func meaning(property apiextensionsv1.JSONSchemaProps, path string, rules apiextensionsv1.ValidationRules) string {
	text := sentence(property.Description)
	for _, rule := range rules {
		if rule.FieldPath == "."+path && rule.Reason != nil && *rule.Reason == apiextensionsv1.FieldValueRequired {
			text += " Required."
		}
	}
	var allowed []string
	for _, value := range property.Enum {
		allowed = append(allowed, strings.Trim(string(value.Raw), `"`))
	}
	if len(allowed) > 0 {
		text += " One of " + codes(allowed) + "."
	}
	if property.MaxLength != nil {
		text += fmt.Sprintf(" At most %d characters.", *property.MaxLength)
	}
	return text
}

// sentence joins the lines of a description.
func sentence(text string) string { return strings.Join(strings.Fields(text), " ") }

// cell is text that cannot end a cell of a table, nor be taken for a tag.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}

func codes(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "`" + word + "`"
	}
	return strings.Join(quoted, ", ")
}
