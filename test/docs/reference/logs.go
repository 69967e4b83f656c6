package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const logsIntroduction = `# Log lines

With ` + "`--log-format=json`" + `, which is the default, each line is one JSON object with the keys ` + "`level`, `ts` and `msg`" + ` and
some of those below. Keys are kept, or named in the changelog; messages may change. No line holds a value, a source or a credential.

## Keys of the operator

| key | meaning |
|---|---|
`

const libraryKeysIntroduction = `
## Keys of its libraries

Controller-runtime and client-go log with the same logger; most of it at the level ` + "`debug`" + `.

| key | meaning |
|---|---|
`

// meanings of the keys that the operator itself gives to what it logs.
var meanings = map[string]string{
	"cause":          "Why something is so, in words.",
	"complete":       "Whether the catalog in force is made from the server's own schema.",
	"configMap":      "The ConfigMap that the catalog is saved in, as namespace/name.",
	"failing":        "Whether the sweep for drift fails now.",
	"for":            "How long a stopping replica goes on serving.",
	"kestra":         "URL of Kestra, without credentials.",
	"kestraVersion":  "Version of Kestra that the catalog in force is of.",
	"key":            "Key of the catalog in force, which replicas have in common when they judge alike.",
	"kind":           "Kind of the objects that the line is about.",
	"name":           "Name of the object that the line is about.",
	"problem":        "What is wrong, in words.",
	"readOnlyLabel":  "The mode of the read-only label.",
	"state":          "What the last call of Kestra showed: ok, unavailable or unauthorized.",
	"target":         "What an object keeps in Kestra: tenant, namespace and name.",
	"to":             "The object that takes a target over, as namespace/name.",
	"trouble":        "What is wrong with the installation, in words.",
	"version":        "Version of the operator.",
	"versionsServed": "Versions of the API that the cluster serves and this operator does not know.",
}

// logs renders the keys of log lines. A key without a meaning here is an error, and so is a meaning without its key.
func logs(project string) (string, error) {
	used := map[string]bool{}
	for _, room := range []string{"cmd/kestra-operator/internal/operator", "cmd/kestra-operator/internal/tracing", "cmd/kestra-operator/run.go", "controllers", "webhooks"} {
		err := filepath.WalkDir(filepath.Join(project, filepath.FromSlash(room)), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err == nil {
				noteLogKeys(file, used)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(used)) {
		if meanings[key] == "" && libraryMeanings[key] == "" {
			return "", fmt.Errorf("the key %q of log lines has no meaning in test/docs/reference/logs.go", key)
		}
	}
	for key := range meanings {
		if !used[key] {
			return "", fmt.Errorf("nothing is logged with the key %q any more", key)
		}
	}
	return generated + logsIntroduction + keyTable(meanings) + libraryKeysIntroduction + keyTable(libraryMeanings), nil
}

func keyTable(keys map[string]string) string {
	table := ""
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		table += fmt.Sprintf("| `%s` | %s |\n", key, cell(keys[key]))
	}
	return table
}

// firstKey is the position of the first key among the arguments of what a logger does.
var firstKey = map[string]int{"Info": 1, "Error": 2, "WithValues": 0}

// noteLogKeys notes the keys in calls such as logger.Info("message", "key", value).
func noteLogKeys(file *ast.File, used map[string]bool) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		first, logs := firstKey[selector.Sel.Name]
		for i := first; logs && i < len(call.Args); i += 2 {
			literal, ok := call.Args[i].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				break
			}
			if key, err := strconv.Unquote(literal.Value); err == nil {
				used[key] = true
			}
		}
		return true
	})
}
