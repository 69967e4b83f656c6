package validate

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Manifest is one object in a file: of the operator's kinds, or a Secret or ConfigMap that these may refer to. A flow that
// stands alone counts as a KestraFlow.
type Manifest struct {
	// File that holds it; "-" for standard input.
	File string
	// Kind such as "KestraFlow".
	Kind string
	// JSON of the object.
	JSON json.RawMessage
}

// Manifests returns the objects that the arguments of Run name, without judging them. Objects of other kinds are
// left out. It goes on after what cannot be read, and says all of it.
func Manifests(arguments []string, stdin io.Reader) ([]Manifest, []error) {
	inputs, problems := readInputs(arguments, stdin)
	var manifests []Manifest
	for _, in := range inputs {
		more, err := in.manifests()
		if err != nil {
			problems = append(problems, fmt.Errorf("read %s: %w", in.name, err))
		}
		manifests = append(manifests, more...)
	}
	return manifests, problems
}

func (in input) manifests() (all []Manifest, err error) {
	documents := split(in.text)
	if !holdsManifest(documents) {
		if len(documents) == 0 || !documents[0].looksLikeFlow() {
			return nil, nil
		}
		text, err := json.Marshal(bareFlow(documents[0], in.text))
		return []Manifest{{File: in.name, Kind: "KestraFlow", JSON: text}}, err
	}
	for _, document := range documents {
		if !document.isManifest() {
			continue
		}
		objects, others, unreadable := document.objects()
		if unreadable != nil {
			return all, fmt.Errorf("document %d: %s", document.number, unreadable.Message)
		}
		for _, o := range objects {
			all = append(all, Manifest{File: in.name, Kind: o.kind, JSON: o.json})
		}
		for _, o := range others {
			if o.apiVersion == "v1" && (o.kind == "Secret" || o.kind == "ConfigMap") {
				all = append(all, Manifest{File: in.name, Kind: o.kind, JSON: o.json})
			}
		}
	}
	return all, nil
}

// bareFlow is the object that would keep a flow which stands alone.
func bareFlow(d document, text []byte) v1alpha1.KestraFlow {
	var obj v1alpha1.KestraFlow
	obj.Spec.Source = string(text)
	if id := child(d.root, "id"); id != nil {
		obj.Spec.ID, obj.Name = id.Value, id.Value
	}
	if namespace := child(d.root, "namespace"); namespace != nil {
		obj.Spec.Namespace = namespace.Value
	}
	return obj
}
