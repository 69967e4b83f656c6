package validate

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/policy"
	"github.com/kestra-operator/kestra-operator/config/crd"
)

const header = "apiVersion: model.kestra.io/v1alpha1\nkind: "

// flowManifest is an object for goodFlow with more lines in its spec, from line 8 on.
func flowManifest(spec string) string {
	return header + "KestraFlow\nmetadata:\n  name: hello\nspec:\n  namespace: company.team\n  id: hello\n" + spec +
		"  source: |\n    " + strings.ReplaceAll(strings.TrimSuffix(goodFlow, "\n"), "\n", "\n    ") + "\n"
}

// TestWhatTheAPIServerRefusesIsRefused goes through what a definition says of its objects.
func TestWhatTheAPIServerRefusesIsRefused(t *testing.T) {
	keyValue := func(spec string) string {
		return header + "KestraKeyValue\nmetadata: {name: a}\nspec:\n  namespace: company.team\n  key: a\n" + spec
	}
	file := func(spec string) string {
		return header + "KestraNamespaceFile\nmetadata: {name: a}\nspec:\n  namespace: company.team\n  filename: a.txt\n" + spec
	}
	cases := map[string]struct {
		text    string
		want    string
		message string
	}{
		"a policy that does not exist":   {flowManifest("  deletionPolicy: Keep\n"), "invalid@8:19", "allowed: Delete, Orphan"},
		"three at once":                  {flowManifest("  driftPolicy: Ignore\n  adoptionPolicy: Always\n  deletionPolicy: Keep\n"), "invalid@8:16 invalid@9:19 invalid@10:19", "allowed: Repair, Report"},
		"an expiry that does not exist":  {keyValue("  value: x\n  ttl: PT1H\n  onExpiry: Forget\n"), "invalid@9:13", "allowed: "},
		"an interval that is none":       {flowManifest("  interval: daily\n"), "invalid@8:13", "does not match"},
		"an interval that is too short":  {flowManifest("  interval: 1s\n"), "invalid@8:13", "at least 10s"},
		"an interval of another type":    {flowManifest("  interval: 60\n"), "manifest@8:13", "put it in quotes"},
		"a value of another type":        {keyValue("  value: 1234567\n"), "manifest@7:10", "a string is expected here, not integer; put it in quotes"},
		"a mapping for a text":           {flowManifest("  tenant: {a: b}\n"), "manifest@8:11", "string is expected here, not object"},
		"a namespace that is too long":   {strings.Replace(flowManifest(""), "  namespace: company.team\n", "  namespace: "+strings.Repeat("a", 151)+"\n", 1), "too-long@6:14 namespace-mismatch@10:16", "150"},
		"base64 in several lines":        {file("  binaryContent: |\n    aGVs\n    bG8=\n"), "invalid@7:18", "in one line"},
		"base64 that is none":            {file("  binaryContent: \"%%%%\"\n"), "invalid@7:18", "in one line"},
		"a field that does not exist":    {flowManifest("  suspended: true\n"), "unknown-field@8:3", "take it out"},
		"a name that is none":            {strings.Replace(flowManifest(""), "name: hello", "name: Hello_World", 1), "invalid@4:9", "RFC 1123"},
		"no name":                        {strings.Replace(flowManifest(""), "metadata:\n  name: hello\n", "", 1), "required@1:1", "name or generateName is required"},
		"a label that is none":           {strings.Replace(flowManifest(""), "name: hello", "name: hello\n  labels: {a: \"b c\"}", 1), "invalid@5:11", "label"},
		"a version that does not exist":  {strings.Replace(flowManifest(""), "v1alpha1", "v1", 1), "unknown-version@1:13", "write model.kestra.io/v1alpha1"},
		"a namespace that is missing":    {strings.Replace(flowManifest(""), "  namespace: company.team\n", "", 1), "required@6:3", "name the namespace in Kestra"},
		"a type error ends the judgment": {strings.Replace(flowManifest("  suspend: maybe\n"), "message: hi", "mesage: hi", 1), "manifest@8:12", "boolean is expected here, not string"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			report := Run([]string{Stdin}, strings.NewReader(test.text), Judge{})
			if diff := cmp.Diff([]string{"1: refused " + test.want}, verdicts(report)); diff != "" {
				t.Error(diff)
			}
			messages := ""
			for _, finding := range report.Results[0].Findings {
				messages += finding.Path + ": " + finding.Message + "\n"
			}
			if !strings.Contains(messages, test.message) {
				t.Errorf("want %q in:\n%s", test.message, messages)
			}
			if strings.Contains(messages, "1234567") || strings.Contains(messages, "%%%%") {
				t.Errorf("a value is printed:\n%s", messages)
			}
		})
	}
}

// TestEveryRuleInCELIsJudged lists the rules of the definitions: one that comes must be judged without a cluster too.
func TestEveryRuleInCELIsJudged(t *testing.T) {
	judged := map[string]string{
		"name the namespace in Kestra":                         "schemas/validation",
		"name the flow's id, the same as in its source":        "schemas/validation",
		"name the entry's key":                                 "schemas/validation",
		"name the file's path, such as scripts/main.py":        "schemas/validation",
		"a namespace starts with a lower-case letter or digit": "schemas/validation",
		"a tenant starts with a lower-case letter or digit":    "schemas/validation",
		"a key starts with a letter or digit":                  "schemas/validation",
		"an id starts with a letter or digit":                  "the source has the same id",
		"immutable: ":                                          "an update only",
		"an interval is at least 10s and at most 290 years":    "rules.go",
		"write base64 in one line, as base64 -w0 prints it":    "rules.go",
	}
	all, err := crd.All()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, d := range all {
		schema := d.Spec.Versions[0].Schema.OpenAPIV3Schema
		rules := schema.XValidations
		for _, part := range schema.Properties {
			rules = append(rules, part.XValidations...)
			for _, field := range part.Properties {
				rules = append(rules, field.XValidations...)
			}
		}
		for _, rule := range rules {
			found++
			known := false
			for message := range judged {
				known = known || strings.HasPrefix(rule.Message, message)
			}
			if !known {
				t.Errorf("%s: nothing judges the rule %q without a cluster: %s", d.Spec.Names.Kind, rule.Message, rule.Rule)
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d rules; the search does not work", found)
	}
}

func TestTheTargetPolicyIsAsked(t *testing.T) {
	rules, err := policy.Parse([]byte("rules: [{kubernetesNamespaces: [team-a], namespaces: [company.team]}]"))
	if err != nil {
		t.Fatal(err)
	}
	in := func(namespace string) string {
		return strings.Replace(flowManifest(""), "name: hello", "name: hello\n  namespace: "+namespace, 1)
	}
	cases := map[string]struct{ text, want string }{
		"what it allows":          {in("team-a"), "1: accepted"},
		"what it does not":        {in("team-b"), "1: refused target-policy@7:14"},
		"an object from anywhere": {flowManifest(""), "1: accepted target-policy@4:3"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			report := Run([]string{Stdin}, strings.NewReader(test.text), Judge{Policy: rules})
			if diff := cmp.Diff([]string{test.want}, verdicts(report)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTwoObjectsForOneTargetAreTold(t *testing.T) {
	folder := write(t, map[string]string{
		"a.yaml": flowManifest(""),
		"b.yaml": "# another object\n" + strings.Replace(flowManifest("  tenant: main\n"), "name: hello", "name: hello\n  namespace: b", 1),
		"c.yaml": flowManifest("  tenant: other\n"),
	})
	report := Run([]string{folder}, nil, Judge{})
	if diff := cmp.Diff([]string{"1: accepted", "1: accepted shared-target@2:1", "1: accepted"}, verdicts(report)); diff != "" {
		t.Fatal(diff)
	}
	want := `KestraFlow "b/hello" keeps the same flow "hello" of namespace "company.team" of tenant "main" as "hello" in ` +
		filepath.Join(folder, "a.yaml") + ":1; only one object can own it"
	if diff := cmp.Diff(want, report.Results[1].Findings[0].Message); diff != "" {
		t.Error(diff)
	}
	if report := Run([]string{folder}, nil, Judge{Strict: true}); !report.Refused() {
		t.Error("a shared target is accepted although warnings refuse")
	}
}

func TestAKindOfAnotherGroupIsNotJudged(t *testing.T) {
	report := Run([]string{Stdin}, strings.NewReader("apiVersion: kestra.io/v1\nkind: KestraFlow\n"), Judge{})
	if diff := cmp.Diff([]string{"1: accepted unknown-group@1:13"}, verdicts(report)); diff != "" {
		t.Error(diff)
	}
}
