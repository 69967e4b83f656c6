package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const metricsIntroduction = `# Metrics

Served at ` + "`/metrics`" + ` on ` + "`--metrics-bind-address`" + `, in the format of Prometheus. Beside these there are those of
controller-runtime (` + "`controller_runtime_*`, `workqueue_*`, `rest_client_*`" + `), of the Go runtime and of the process.

| metric | type | labels | meaning |
|---|---|---|---|
`

// metric is a metric of the operator's own.
type metric struct{ name, kind, labels, help string }

// metrics renders every metric that the code declares as a literal of prometheus' options.
func metrics(project string) (string, error) {
	var found []metric
	for _, room := range []string{"cmd", "controllers", "webhooks"} {
		err := filepath.WalkDir(filepath.Join(project, room), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				found = append(found, metricsOf(file)...)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	slices.SortFunc(found, func(a, b metric) int { return strings.Compare(a.name, b.name) })
	page := generated + metricsIntroduction
	for _, m := range found {
		page += fmt.Sprintf("| `%s` | %s | %s | %s |\n", m.name, m.kind, m.labels, cell(m.help))
	}
	return page, nil
}

// metricsOf finds calls such as prometheus.NewCounterVec(prometheus.CounterOpts{…}, []string{…}) in a file.
func metricsOf(file *ast.File) []metric {
	var found []metric
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		options, ok := call.Args[0].(*ast.CompositeLit)
		if !ok {
			return true
		}
		kind, ok := optionsKind(options.Type)
		if !ok {
			return true
		}
		m := metric{kind: kind, name: textField(options, "Name"), help: textField(options, "Help")}
		if len(call.Args) > 1 {
			m.labels = codes(texts(call.Args[1]))
		}
		found = append(found, m)
		return true
	})
	return found
}

// optionsKind is "counter" for prometheus.CounterOpts.
func optionsKind(typ ast.Expr) (string, bool) {
	selector, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	of, ok := selector.X.(*ast.Ident)
	kind, options := strings.CutSuffix(selector.Sel.Name, "Opts")
	return strings.ToLower(kind), ok && of.Name == "prometheus" && options
}

// textField is the text of a field of a literal; empty when it has none.
func textField(literal *ast.CompositeLit, name string) string {
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
			return strings.Join(texts(pair.Value), "")
		}
	}
	return ""
}

// texts returns the string literals within an expression, in their order.
func texts(expression ast.Expr) []string {
	var found []string
	ast.Inspect(expression, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}
