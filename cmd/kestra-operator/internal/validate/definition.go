package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	openapierrors "k8s.io/kube-openapi/pkg/validation/errors"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	openapi "k8s.io/kube-openapi/pkg/validation/validate"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/kestra-operator/kestra-operator/config/crd"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// definition is what the API server knows of a kind: its schema. The rules in CEL beside it are not evaluated;
// rules.go has those that nothing else judges.
type definition struct {
	apiVersion string
	schema     *spec.Schema
	validator  *openapi.SchemaValidator
}

// definitions are those that this release installs, by kind.
var definitions = sync.OnceValue(func() map[string]definition {
	all, err := crd.All()
	if err != nil {
		panic(err) // what is embedded was tested
	}
	byKind := make(map[string]definition, len(all))
	for _, d := range all {
		schema, err := openAPI(d.Spec.Versions[0].Schema.OpenAPIV3Schema)
		if err != nil {
			panic(fmt.Errorf("convert the schema of %s: %w", d.Spec.Names.Kind, err))
		}
		byKind[d.Spec.Names.Kind] = definition{
			apiVersion: d.Spec.Group + "/" + d.Spec.Versions[0].Name,
			schema:     schema,
			validator:  openapi.NewSchemaValidator(schema, nil, "", strfmt.Default),
		}
	}
	return byKind
})

// openAPI is the same schema as the validator wants it: both are OpenAPI in JSON.
func openAPI(schema *apiextensionsv1.JSONSchemaProps) (*spec.Schema, error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	var converted spec.Schema
	return &converted, json.Unmarshal(text, &converted)
}

// violations are what the API server's schema refuses in the object. No message holds a value.
func (d definition) violations(o object) []flow.Finding {
	content := map[string]any{}
	if err := utiljson.Unmarshal(o.json, &content); err != nil {
		return []flow.Finding{o.finding(flow.Error, "manifest", "", "the manifest is not an object")}
	}
	delete(content, "status") // the API server drops what a manifest says of it
	dropNulls(content, d.schema)
	var findings []flow.Finding
	for _, err := range d.validator.Validate(content).Errors {
		var violation *openapierrors.Validation
		if !errors.As(err, &violation) {
			findings = append(findings, o.finding(flow.Error, "invalid", "", err.Error()))
			continue
		}
		rule, message := wording(violation)
		findings = append(findings, o.finding(flow.Error, rule, strings.TrimPrefix(violation.Name, "."), message))
	}
	return findings
}

// dropNulls takes out what counts as absent: the API server drops a null before it looks, unless its field may be null
// or has a default. Templates write nulls where a value is not set.
func dropNulls(content map[string]any, schema *spec.Schema) {
	for name, value := range content {
		field := schema.Properties[name]
		if inner, isObject := value.(map[string]any); isObject {
			dropNulls(inner, &field)
		}
		if value == nil && !field.Nullable && field.Default == nil {
			delete(content, name)
		}
	}
}

// wording returns the rule of a violation, and what to tell the user.
func wording(violation *openapierrors.Validation) (rule, message string) {
	switch violation.Code() {
	case openapierrors.RequiredFailCode:
		return "required", "add it: the API server requires it"
	case openapierrors.EnumFailCode:
		allowed := make([]string, len(violation.Values))
		for i, value := range violation.Values {
			allowed[i] = fmt.Sprint(value)
		}
		return "invalid", "not one of the values that are allowed: " + strings.Join(allowed, ", ")
	case openapierrors.TooLongFailCode:
		return "too-long", fmt.Sprintf("longer than the %v characters that are allowed", violation.Valid)
	case openapierrors.PatternFailCode:
		_, pattern, _ := strings.Cut(violation.Error(), "should match ")
		return "invalid", "does not match " + pattern
	case openapierrors.InvalidTypeCode:
		return "manifest", wrongType(violation)
	}
	return "invalid", "the API server's schema refuses it"
}

// wrongType words a value of another type. The validator names both types in its message only.
func wrongType(violation *openapierrors.Validation) string {
	_, rest, _ := strings.Cut(violation.Error(), "must be of type ")
	want, got, _ := strings.Cut(rest, ": ")
	got = strings.Trim(got, `"`)
	switch {
	case want == "string" && (got == "integer" || got == "number" || got == "boolean"):
		return fmt.Sprintf("a string is expected here, not %s; put it in quotes", got)
	case knownTypes[got]:
		return fmt.Sprintf("%s is expected here, not %s", want, got)
	}
	return want + " is expected here"
}

// knownTypes are the types that a message may name; anything else in their place is a value, and may be secret.
var knownTypes = map[string]bool{"string": true, "integer": true, "number": true, "boolean": true, "array": true, "object": true, "null": true}
