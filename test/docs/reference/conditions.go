package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

const conditionsIntroduction = `# Conditions and reasons

Every object says in ` + "`status.conditions`" + ` what became of it. ` + "`Ready`, `Reconciling` and `Stalled`" + ` follow kstatus, so that
` + "`kubectl wait`" + `, Flux and Argo CD understand them. The column STATUS of ` + "`kubectl get`" + ` is the reason of ` + "`Ready`" + `, and
` + "`kubectl get -o wide`" + ` shows its message. A change of reason is an event, too; that a new object became ready at once is none.
`

// conditions renders the doc comments of the API's condition types and reasons.
func conditions(project string) (string, error) {
	constants, err := documentedConstants(filepath.Join(project, "schemas", "v1alpha1", "conditions.go"))
	if err != nil {
		return "", err
	}
	page := generated + conditionsIntroduction
	for _, part := range []struct{ prefix, title, heading string }{
		{"Condition", "Conditions", "condition"}, {"Reason", "Reasons", "reason"},
	} {
		page += fmt.Sprintf("\n## %s\n\n| %s | meaning |\n|---|---|\n", part.title, part.heading)
		for _, constant := range constants {
			if strings.HasPrefix(constant.name, part.prefix) {
				page += fmt.Sprintf("| `%s` | %s |\n", constant.value, cell(constant.text))
			}
		}
	}
	return page, nil
}

// constant is a documented string constant.
type constant struct{ name, value, text string }

// documentedConstants returns the string constants of a Go file in their order. One without a comment is an error.
func documentedConstants(file string) ([]constant, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var constants []constant
	for _, declaration := range parsed.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			found, err := constantOf(spec)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			constants = append(constants, found)
		}
	}
	return constants, nil
}

func constantOf(spec ast.Spec) (constant, error) {
	value, ok := spec.(*ast.ValueSpec)
	if !ok || len(value.Values) != 1 {
		return constant{}, errors.New("not a constant with one value")
	}
	name := value.Names[0].Name
	literal, ok := value.Values[0].(*ast.BasicLit)
	if !ok {
		return constant{}, fmt.Errorf("%s is no literal", name)
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return constant{}, fmt.Errorf("%s: %w", name, err)
	}
	comment := sentence(value.Doc.Text())
	if comment == "" {
		return constant{}, fmt.Errorf("%s has no comment that says what it means", name)
	}
	return constant{name: name, value: text, text: withoutSubject(comment, name)}, nil
}

// withoutSubject takes the Go name off a comment: "ReasonSucceeded means that Kestra …" is "Kestra …".
func withoutSubject(comment, name string) string {
	text := strings.TrimPrefix(comment, name+" ")
	for _, opening := range []string{"means that ", "is ", "says "} {
		if rest, found := strings.CutPrefix(text, opening); found {
			text = rest
			break
		}
	}
	if strings.HasPrefix(text, "spec.") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
