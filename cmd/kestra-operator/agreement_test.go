package main

import (
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster"
)

// Manifests in one line each, so that a case can say what it adds to the spec.
const (
	aFlow  = "{apiVersion: model.kestra.io/v1alpha1, kind: KestraFlow, metadata: {name: a%M}, spec: {namespace: company.team, id: hello%S, source: \"id: hello\\nnamespace: company.team\\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]\\n\"}%T}"
	aValue = "{apiVersion: model.kestra.io/v1alpha1, kind: KestraKeyValue, metadata: {name: a%M}, spec: {namespace: company.team, key: a%S}%T}"
	aFile  = "{apiVersion: model.kestra.io/v1alpha1, kind: KestraNamespaceFile, metadata: {name: a%M}, spec: {namespace: company.team, filename: a.py%S}%T}"
)

// agreements are manifests of which a judge without a cluster and the API server must think alike. The parts take the
// places of %M, %S and %T: more metadata, more of the spec, and more beside both.
var agreements = map[string]struct {
	manifest, metadata, spec, top string
	refused                       bool
}{
	"nothing unusual in a flow":                  {aFlow, "", "", "", false},
	"nothing unusual in a key-value":             {aValue, "", ", value: x", "", false},
	"nothing unusual in a file":                  {aFile, "", ", content: x", "", false},
	"fields of a flow that are null":             {aFlow, "", ", tenant: null, interval: null, suspend: null, deletionPolicy: null, driftPolicy: null, adoptionPolicy: ", "", false},
	"fields of a key-value that are null":        {aValue, "", ", value: x, valueFrom: null, type: null, ttl: null, onExpiry: null, description: null", "", false},
	"fields of a file that are null":             {aFile, "", ", content: x, contentFrom: null, binaryContent: null", "", false},
	"bytes that are null, as YAML writes it too": {aFile, "", ", content: x, binaryContent: ~", "", false},
	"a reference whose other half is null":       {aValue, "", ", valueFrom: {configMapKeyRef: null, secretKeyRef: {name: a, key: b}}", "", false},
	"metadata that is null":                      {aFlow, ", namespace: null, labels: null, annotations: null, creationTimestamp: null, finalizers: null", "", "", false},
	"a status":                                   {aFlow, "", "", ", status: {observedGeneration: 1}", false},
	"a status that is null":                      {aFlow, "", "", ", status: null", false},
	"an interval in parts":                       {aFlow, "", ", interval: 1h0m10.5s", "", false},
	"a name that the API server makes":           {strings.Replace(aFlow, "name: a", "generateName: a-", 1), "", "", "", false},
	"a wrong beginning of a name":                {strings.Replace(aFlow, "name: a", "generateName: A_", 1), "", "", "", true},
	"a required name that is null":               {aValue, "", ", valueFrom: {secretKeyRef: {name: null, key: b}}", "", true},
	"a required name that is missing":            {aValue, "", ", valueFrom: {secretKeyRef: {key: b}}", "", true},
	"a namespace that is null":                   {strings.Replace(aFlow, "namespace: company.team, id", "namespace: null, id", 1), "", "", "", true},
	"a label that is null":                       {aFlow, ", labels: {a: null}", "", "", false},
	"a label of another type":                    {aFlow, ", labels: {a: 1}", "", "", true},
	"a finalizer that is none":                   {aFlow, ", finalizers: [\"a b\"]", "", "", true},
	"a field that does not exist":                {aFlow, "", ", sourec: x", "", true},
	"a field of metadata that does not exist":    {aFlow, ", nam: a", "", "", true},
	"a field beside the spec":                    {aFlow, "", "", ", data: {}", true},
	"a spec that is null":                        {"{apiVersion: model.kestra.io/v1alpha1, kind: KestraFlow, metadata: {name: a}, spec: null}", "", "", "", true},
	"no spec":                                    {"{apiVersion: model.kestra.io/v1alpha1, kind: KestraFlow, metadata: {name: a}}", "", "", "", true},
	"a field of the status that does not exist":  {aFlow, "", "", ", status: {nothing: 1}", true},
	"an interval of nine seconds":                {aFlow, "", ", interval: 9s", "", true},
	"an interval of too many years":              {aFlow, "", ", interval: 2600000h", "", true},
	"a number for a text":                        {aValue, "", ", value: 1", "", true},
	"a text for a truth":                         {aFlow, "", ", suspend: maybe", "", true},
	"bytes that are no base64":                   {aFile, "", ", binaryContent: \"%%%%\"", "", true},
}

// testAgreement has the API server and the command judge the same manifests.
func testAgreement(t *testing.T, plane *cluster.ControlPlane) {
	for name, tc := range agreements {
		t.Run(name, func(t *testing.T) {
			manifest := strings.NewReplacer("%M", tc.metadata, "%S", tc.spec, "%T", tc.top).Replace(tc.manifest)
			create := plane.KubectlCommand(t.Context(), "create", "--dry-run=server", "-f", "-")
			create.Stdin = strings.NewReader(manifest)
			said, err := create.CombinedOutput()
			if (err != nil) != tc.refused {
				t.Errorf("the API server: %v: %s", err, said)
			}
			code, out, problems := command(t, manifest, "kubectl", "validate", "-")
			if (code == exitRefused) != tc.refused {
				t.Errorf("exit code %d:\n%s%s", code, out, problems)
			}
		})
	}
}
