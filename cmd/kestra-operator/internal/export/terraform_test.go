package export_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/export"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// terraformState is what terraform state pull prints, as far as it matters.
const terraformState = `{
  "version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "outputs": {},
  "resources": [
    {"mode": "data", "type": "kestra_flow", "name": "read", "instances": [{"attributes": {"namespace": "a", "flow_id": "not-ours"}}]},
    {"mode": "managed", "type": "kestra_namespace", "name": "n", "instances": [{"attributes": {"namespace_id": "a"}}]},
    {"mode": "managed", "type": "null_resource", "name": "n", "instances": [{"attributes": 7}]},
    {"mode": "managed", "type": "kestra_flow", "name": "one", "instances": [{"attributes": {
      "namespace": "company.team", "flow_id": "hello", "tenant_id": "", "revision": 4, "keep_original_source": true,
      "content": "id: hello\nnamespace: company.team\ntasks:\n  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n"}}]},
    {"module": "module.sub[\"x\"]", "mode": "managed", "type": "kestra_kv", "name": "all", "instances": [
      {"index_key": "it's", "attributes": {"namespace": "company.team", "key": "text", "type": "STRING", "value": "correct horse", "description": null}},
      {"index_key": "guessed", "attributes": {"namespace": "company.team", "key": "guessed", "type": null, "value": "PT1H", "description": "how long"}}]},
    {"mode": "managed", "type": "kestra_namespace_file", "name": "f", "instances": [
      {"index_key": 0, "attributes": {"tenant_id": "acme", "namespace": "company.team", "filename": "/a/b.txt", "content": "text\n"}},
      {"index_key": 1, "attributes": {"namespace": "company.team", "destination_path": "c.bin", "content": "spoilt \ufffd"}}]}
  ]
}`

func readState(t *testing.T, text string) []export.Managed {
	t.Helper()
	managed, err := export.ReadTerraform(strings.NewReader(text), "main")
	if err != nil {
		t.Fatal(err)
	}
	return managed
}

func TestATerraformStateTellsWhatItManages(t *testing.T) {
	options := defaults()
	options.Tenant = ""
	result := export.FromTerraform(readState(t, terraformState), options)
	want := []string{"acme/company.team/a/b.txt", "company.team/guessed", "company.team/hello", "company.team/text"}
	if diff := cmp.Diff(want, targets(result)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if len(result.Left) != 1 || !strings.Contains(result.Left[0].Error(), "files main/company.team/c.bin: left out: the state holds a file as text") {
		t.Errorf("left out %v, want the spoilt file", result.Left)
	}
	if result.Unlabelled != 1 || result.Referring != 1 {
		t.Errorf("%d unlabelled, %d referring, want one of each", result.Unlabelled, result.Referring)
	}
	files, err := manifest.Render(result.Items, "")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{}
	for _, file := range files {
		if strings.Contains(string(file.Content), "correct horse") {
			t.Errorf("the value is told in %s", file.Path)
		}
		texts[file.Path] = file.Content
	}
	var entry v1alpha1.KestraKeyValue
	if err := yaml.UnmarshalStrict(texts["keyvalues/company.team.guessed.yaml"], &entry); err != nil {
		t.Fatal(err)
	}
	if entry.Spec.Type != "DURATION" || *entry.Spec.Value != "PT1H" || entry.Spec.Description != "how long" {
		t.Errorf("the entry without a type is %+v", entry.Spec)
	}
}

func TestTheHandOverNamesWhatTheManifestsKeep(t *testing.T) {
	options := defaults()
	options.Tenant = ""
	state := strings.Replace(terraformState, `"resources": [`, `"resources": [
    {"mode": "managed", "type": "kestra_flow", "name": "refused", "instances": [{"attributes": {
      "namespace": "company.team", "flow_id": "refused", "content": "id: refused\nnamespace: company.team\n"}}]},`, 1)
	managed := readState(t, state)
	want := []string{
		"terraform state rm 'kestra_flow.one'",
		"terraform state rm 'kestra_namespace_file.f[0]'",
		`terraform state rm 'module.sub["x"].kestra_kv.all["guessed"]'`,
		`terraform state rm 'module.sub["x"].kestra_kv.all["it'\''s"]'`,
	}
	commands, stay := export.Handover(managed, options, export.FromTerraform(managed, options))
	if diff := cmp.Diff(want, commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	if stay != 2 {
		t.Errorf("%d resources stay Terraform's, want the flow that is refused and the file that is spoilt", stay)
	}
}

func TestWhatTerraformManagesIsTakenFromTheServer(t *testing.T) {
	dev := devkestra.Start(t, devkestra.Options{})
	spread(dev, team)
	dev.PutFlow("main", team, "not-in-terraform", source("not-in-terraform", label))
	dev.PutKeyValue("main", team, "text", `"as the server has it"`, 0)
	dev.PutFile("main", team, "/c.bin", []byte{0xff, 0xfe})
	options := defaults()
	options.Only = export.References(readState(t, terraformState))
	result := fromServer(t, dev, options)
	if diff := cmp.Diff([]string{"company.team/c.bin", "company.team/hello", "company.team/text"}, targets(result)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if len(result.Left) != 1 || result.Left[0].Error() != "keyvalues main/company.team/guessed: not on the server" {
		t.Errorf("left out %v, want what is not on the server", result.Left)
	}
}

func TestAStateThatIsNoneIsRefusedWithoutQuotingIt(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"not JSON":               {"secret words", "not JSON"},
		"an old version":         {`{"version": 3, "x": "secret words"}`, "has version 3, want 4"},
		"another provider's":     {`{"version": 4, "resources": [{"mode": "managed", "type": "kestra_kv", "name": "a", "instances": [{"attributes": {"value": ["secret words"]}}]}]}`, "kestra_kv.a: its attributes"},
		"a configuration's plan": {`{"format_version": "1.2"}`, "has version 0, want 4"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := export.ReadTerraform(strings.NewReader(tc.text), "main")
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}
