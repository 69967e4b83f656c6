// Command branches tells which branches of a chart's templates no rendering takes. It reads {"chart": folder, "values":
// {name: YAML}} and writes a JSON list of the places. It is built with Helm itself, so that templates are understood as
// Helm does.
//
// Every branch is made to begin with a call of lookup, the one function of Helm's by which a template reaches out,
// whatever its dot is; who answers the calls sees which branches were taken.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

func main() {
	untaken, err := run()
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(untaken)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "branches:", err)
		os.Exit(1)
	}
}

func run() ([]string, error) {
	var request struct {
		Chart  string
		Values map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&request); err != nil {
		return nil, err
	}
	loaded, err := loader.LoadDir(request.Chart)
	if err != nil {
		return nil, err
	}
	untaken := places{}
	for _, file := range loaded.Templates {
		if err := untaken.mark(file); err != nil {
			return nil, err
		}
	}
	for name, text := range request.Values {
		if err := untaken.render(loaded, text); err != nil {
			return nil, fmt.Errorf("values %q: %w", name, err)
		}
	}
	list := []string{}
	for place := range untaken {
		list = append(list, place)
	}
	slices.Sort(list)
	return list, nil
}

// places are the branches that were not taken yet.
type places map[string]bool

// render renders the chart with values. Values that a template refuses take branches on the way there.
func (p places) render(loaded *chart.Chart, text string) error {
	given := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &given); err != nil {
		return err
	}
	release := common.ReleaseOptions{Name: "r", Namespace: "kestra", Revision: 1, IsInstall: true}
	values, err := util.ToRenderValues(loaded, given, release, common.DefaultCapabilities)
	if err != nil {
		return err
	}
	_, err = engine.RenderWithClientProvider(loaded, values, p)
	if err != nil && strings.Contains(err.Error(), "execution error at") { // what fail and required say
		return nil
	}
	return err
}

// GetClientFor is called by lookup with the place of a branch for a kind.
func (p places) GetClientFor(_, place string) (dynamic.NamespaceableResourceInterface, bool, error) {
	delete(p, place)
	return nothing{}, false, nil
}

// nothing is a cluster without objects.
type nothing struct {
	dynamic.NamespaceableResourceInterface
}

// Get finds nothing.
func (nothing) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{}, name)
}

// mark makes every branch of a template, and of those that it defines, tell when it is taken.
func (p places) mark(file *common.File) error {
	trees, err := parseTemplate(file.Name, string(file.Data))
	if err != nil {
		return err
	}
	var text strings.Builder
	for name, tree := range trees {
		p.markBelow(tree, tree.Root)
		if name == file.Name {
			text.WriteString(tree.Root.String())
		} else {
			fmt.Fprintf(&text, "{{define %q}}%s{{end}}", name, tree.Root)
		}
	}
	file.Data = []byte(text.String())
	return nil
}

func parseTemplate(name, text string) (map[string]*parse.Tree, error) {
	trees := map[string]*parse.Tree{}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	_, err := tree.Parse(text, "{{", "}}", trees)
	return trees, err
}

func (p places) markBelow(tree *parse.Tree, node parse.Node) {
	switch node := node.(type) {
	case *parse.ListNode:
		for _, child := range node.Nodes {
			p.markBelow(tree, child)
		}
	case *parse.IfNode:
		p.markBranches(tree, node, &node.BranchNode)
	case *parse.WithNode:
		p.markBranches(tree, node, &node.BranchNode)
	case *parse.RangeNode:
		p.markBranches(tree, node, &node.BranchNode)
	}
}

func (p places) markBranches(tree *parse.Tree, node parse.Node, branch *parse.BranchNode) {
	location, _ := tree.ErrorContext(node)
	for _, way := range []struct {
		name string
		list **parse.ListNode
	}{{"taken", &branch.List}, {"passed over", &branch.ElseList}} {
		if *way.list == nil {
			if branch.NodeType != parse.NodeIf {
				continue // many a range is over a list that is never empty, many a with is for its dot
			}
			*way.list = &parse.ListNode{NodeType: parse.NodeList}
		}
		p.markBelow(tree, *way.list)
		place := fmt.Sprintf("%s: %s: never %s", location, branch.Pipe, way.name)
		p[place] = true
		(*way.list).Nodes = append(call(place), (*way.list).Nodes...)
	}
}

// call is an action that asks for a place, and writes nothing.
func call(place string) []parse.Node {
	trees, err := parseTemplate("call", fmt.Sprintf(`{{$_ := lookup "v1" %q "" "any"}}`, place))
	if err != nil {
		panic(err) // its text is made here
	}
	return trees["call"].Root.Nodes
}
