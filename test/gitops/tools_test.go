package gitops

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// request and answer are those of the program in the folder tools.
type request struct {
	Objects        []map[string]any `json:"objects"`
	Namespace      string           `json:"namespace"`
	Tracking       string           `json:"tracking,omitempty"`
	ServerSide     bool             `json:"serverSide,omitempty"`
	Prune          bool             `json:"prune,omitempty"`
	Customizations string           `json:"customizations,omitempty"`
	Seconds        int              `json:"seconds,omitempty"`
}

type answer struct {
	Object, Result, Message, Hook string
	Order                         int
}

// ask runs a verb of the tools.
func ask(t *testing.T, verb string, asked request) []answer {
	t.Helper()
	answers, err := tryAsking(t, verb, asked)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func tryAsking(t *testing.T, verb string, asked request) ([]answer, error) {
	t.Helper()
	input, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), tools, strings.Fields(verb)...)
	command.Env = append(os.Environ(), "KUBECONFIG="+plane.Kubeconfig())
	command.Stdin = bytes.NewReader(input)
	var output, errors bytes.Buffer
	command.Stdout, command.Stderr = &output, &errors
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", verb, err, errors.String())
	}
	var answers []answer
	if err := json.Unmarshal(output.Bytes(), &answers); err != nil {
		t.Fatalf("%s: %v\n%s", verb, err, output.String())
	}
	return answers, nil
}

// resultOf returns the tool's word on an object.
func resultOf(t *testing.T, answers []answer, object string) answer {
	t.Helper()
	at := slices.IndexFunc(answers, func(a answer) bool { return a.Object == object })
	if at < 0 {
		t.Fatalf("nothing is said of %s: %+v", object, answers)
	}
	return answers[at]
}

// objects reads manifests, divided by ---.
func objects(t *testing.T, manifests string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for text := range strings.SplitSeq(manifests, "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(text), &object); err != nil {
			t.Fatal(err)
		}
		if object != nil {
			all = append(all, object)
		}
	}
	return all
}

// nameOf is Kind/name.
func nameOf(object map[string]any) string {
	u := unstructured.Unstructured{Object: object}
	return u.GetKind() + "/" + u.GetName()
}

// customizations is the entry of the ConfigMap that the guide shows.
func customizations(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(project + "/config/argocd/argocd-cm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Data map[string]string }
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	return config.Data["resource.customizations"]
}
