package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// request is what a tool is asked.
type request struct {
	// Objects are what Git holds, all in one namespace.
	Objects []*unstructured.Unstructured `json:"objects"`
	// Namespace is where they belong.
	Namespace string `json:"namespace"`
	// Tracking is Argo CD's tracking method: annotation, label or annotation+label.
	Tracking string `json:"tracking"`
	// ServerSide applies, and compares, as with Argo CD's sync option ServerSideApply=true.
	ServerSide bool `json:"serverSide"`
	// Prune deletes what Git does not hold any more.
	Prune bool `json:"prune"`
	// Customizations is the entry resource.customizations of Argo CD's ConfigMap.
	Customizations string `json:"customizations"`
	// Seconds bound a sync or a wait.
	Seconds int `json:"seconds"`
}

// answer is what became of one object.
type answer struct {
	// Object is Kind/name, or "operation" for a sync as a whole.
	Object string `json:"object"`
	// Result is the tool's own word: a result code, a health status, or Synced and OutOfSync.
	Result  string `json:"result"`
	Message string `json:"message,omitempty"`
	Order   int    `json:"order,omitempty"`
	Hook    string `json:"hook,omitempty"`
}

// verbs are what the tools do, by their name and the act.
var verbs = map[string]func(context.Context, *rest.Config, request) ([]answer, error){
	"argocd sync":   argoSync,
	"argocd diff":   argoDiff,
	"argocd health": argoHealth,
	"argocd permit": argoPermit,
	"flux apply":    fluxApply,
	"flux diff":     fluxDiff,
	"flux health":   fluxHealth,
}

func main() {
	if err := run(context.Background(), strings.Join(os.Args[1:], " ")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string) error {
	verb, known := verbs[name]
	if !known {
		return fmt.Errorf("%q is nothing that a tool does", name)
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return fmt.Errorf("read the kubeconfig: %w", err)
	}
	config.QPS, config.Burst = 200, 400
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	answers, err := verb(ctx, config, asked)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func nameOf(object *unstructured.Unstructured) string {
	return object.GetKind() + "/" + object.GetName()
}
