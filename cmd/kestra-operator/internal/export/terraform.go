package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
)

const (
	// stateVersion is the format of Terraform from 0.12 on, and of OpenTofu.
	stateVersion = 4
	// maxState bounds a state, in bytes.
	maxState = 256 << 20
)

// Managed is one resource of a Terraform state that is a thing in Kestra.
type Managed struct {
	Reference
	// Address is the resource's own, such as kestra_flow.hello["a"].
	Address string

	attributes attributes
}

// attributes are those that the provider keeps of its three resources; which ones, depends on the resource.
type attributes struct {
	Tenant          string `json:"tenant_id"`
	Namespace       string `json:"namespace"`
	FlowID          string `json:"flow_id"`
	Key             string `json:"key"`
	Type            string `json:"type"`
	Value           string `json:"value"`
	Description     string `json:"description"`
	Filename        string `json:"filename"`
	DestinationPath string `json:"destination_path"` // filename, in some versions of the provider
	Content         string `json:"content"`
}

// state is the part of the format that is read here.
type state struct {
	Version   int `json:"version"`
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Instances []struct {
			IndexKey   any             `json:"index_key"`
			Attributes json.RawMessage `json:"attributes"`
		} `json:"instances"`
	} `json:"resources"`
}

// resourceKinds are the provider's resources that have a kind here.
var resourceKinds = map[string]Kind{
	"kestra_flow": Flows, "kestra_kv": KeyValues, "kestra_namespace_file": Files,
}

// ReadTerraform lists what a Terraform state manages in Kestra. A resource without a tenant is of the default one.
// No error quotes the state, which holds secrets.
func ReadTerraform(in io.Reader, defaultTenant string) ([]Managed, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxState+1))
	if err != nil {
		return nil, fmt.Errorf("read the Terraform state: %w", err)
	}
	var read state
	if err := json.Unmarshal(text, &read); err != nil || len(text) > maxState {
		return nil, fmt.Errorf("the Terraform state is not JSON of at most %d MiB: take the output of terraform state pull", maxState>>20)
	}
	if read.Version != stateVersion {
		return nil, fmt.Errorf("the Terraform state has version %d, want %d: take the output of terraform state pull", read.Version, stateVersion)
	}
	var managed []Managed
	for _, resource := range read.Resources {
		kind, known := resourceKinds[resource.Type]
		if !known || resource.Mode != "managed" {
			continue
		}
		for _, instance := range resource.Instances {
			m := Managed{Address: address(resource.Module, resource.Type, resource.Name, instance.IndexKey)}
			if err := json.Unmarshal(instance.Attributes, &m.attributes); err != nil {
				return nil, fmt.Errorf("%s: its attributes are not those of the Kestra provider", m.Address)
			}
			m.Reference = Reference{kind, m.attributes.target(kind, defaultTenant)}
			managed = append(managed, m)
		}
	}
	return managed, nil
}

func address(module, kind, name string, index any) string {
	result := kind + "." + name
	if module != "" {
		result = module + "." + result
	}
	switch index := index.(type) {
	case string:
		quoted, _ := json.Marshal(index) // a string always encodes
		return result + "[" + string(quoted) + "]"
	case float64:
		return fmt.Sprintf("%s[%.0f]", result, index)
	}
	return result
}

func (a attributes) target(kind Kind, defaultTenant string) kestra.Target {
	target := kestra.Target{Tenant: a.Tenant, Namespace: a.Namespace}
	if target.Tenant == "" {
		target.Tenant = defaultTenant
	}
	switch kind {
	case Flows:
		target.Name = a.FlowID
	case KeyValues:
		target.Name = a.Key
	case Files:
		target.Name = strings.TrimPrefix(a.Filename+a.DestinationPath, "/")
	}
	return target
}

// FromTerraform exports what a Terraform state says of the things it manages, without asking the server. That is
// what Terraform last saw, which the server may hold otherwise.
func FromTerraform(managed []Managed, options Options) Result {
	var c collector
	for _, m := range managed {
		if options.wants(m.Kind) && options.covers(m.Kind, m.Target) {
			c.addManaged(m, options)
		}
	}
	return c.result
}

func (c *collector) addManaged(m Managed, options Options) {
	switch m.Kind {
	case Flows:
		c.addFlow(m.Target, m.attributes.Content, options)
	case KeyValues:
		value := manifest.Typed{Type: keyvalue.Type(m.attributes.Type), Value: m.attributes.Value}
		if value.Type == "" {
			value.Type = typeOf(value.Value)
		}
		if _, err := keyvalue.Encode(string(value.Type), value.Value); err != nil {
			c.leave(m.Kind, m.Target, "left out: %w", err)
			return
		}
		c.addKeyValue(m.Target, value, kestra.KeyValueDetails{Description: m.attributes.Description}, options)
	case Files:
		if err := unfitText(m.Target.Name, m.attributes.Content); err != nil {
			c.leave(m.Kind, m.Target, "left out: %w", err)
			return
		}
		c.add(Files, m.Target, manifest.NamespaceFile(options.inManifest(m.Target), []byte(m.attributes.Content), options.InlineLimit))
	}
}

// unfitText says why a file cannot be taken from a state.
func unfitText(path, content string) error {
	if strings.ContainsRune(content, '\uFFFD') {
		return errors.New("the state holds a file as text, which has spoilt the bytes of this one: give --server to read it from there")
	}
	return errors.Join(namespacefile.CheckPath(path), namespacefile.CheckSize(len(content)))
}

// typeOf tells which type the provider let the server derive from a value without one.
func typeOf(value string) keyvalue.Type {
	candidates := []keyvalue.Type{keyvalue.Boolean, keyvalue.Number, keyvalue.DateTime, keyvalue.Date, keyvalue.Duration}
	if strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") {
		candidates = append(candidates, keyvalue.JSON)
	}
	i := slices.IndexFunc(candidates, func(t keyvalue.Type) bool {
		_, err := keyvalue.Encode(string(t), value)
		return err == nil
	})
	if i < 0 {
		return keyvalue.String
	}
	return candidates[i]
}

// References are what a state manages, as the limit of an export from the server.
func References(managed []Managed) map[Reference]bool {
	only := make(map[Reference]bool, len(managed))
	for _, m := range managed {
		only[m.Reference] = true
	}
	return only
}

// Handover returns the commands that make Terraform forget the resources which the result's kustomization will keep, and
// leave Kestra as it is. How many more the export was asked for, stays: without an object nobody would keep them.
func Handover(managed []Managed, options Options, result Result) (commands []string, stay int) {
	for _, m := range managed {
		switch {
		case !options.wants(m.Kind) || !options.covers(m.Kind, m.Target):
		case result.Listed[m.Reference]:
			commands = append(commands, "terraform state rm '"+strings.ReplaceAll(m.Address, "'", `'\''`)+"'")
		default:
			stay++
		}
	}
	slices.Sort(commands)
	return commands, stay
}
