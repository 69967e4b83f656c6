package export_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/export"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

const team = "company.team"

// label is the line that every flow of this text has, or not.
const label = "labels:\n  system.readOnly: \"true\"\n"

func source(id, labels string) string {
	return "id: " + id + "\nnamespace: " + team + "\n" + labels +
		"tasks:\n  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n"
}

// fill puts into Kestra what is hard to move. Every flow has the given labels.
func fill(w *world, labels string) {
	w.t.Helper()
	flows := map[string]string{
		"plain":      source("plain", labels),
		"Plain":      source("Plain", labels),
		"windows":    strings.ReplaceAll(source("windows", labels), "\n", "\r\n"),
		"commented":  "# first\n\n" + source("commented", labels) + "   # last, without a line break",
		"starts_low": "\n\n" + source("starts_low", labels),
		"unicode":    source("unicode", labels) + "description: \"sn☃wman 😀\"  \n",
		"marks":      "---\n" + source("marks", labels) + "---\n",
		"quoted":     source("quoted", labels) + "variables: {a: \"it's\", b: '{{ x }}'}\n",
	}
	for id, text := range flows {
		w.kestra.PutFlow("main", team, id, text)
	}
	values := map[string]string{
		"text": `"correct horse: battery"`, "lines": `"a\nb\n"`, "number": "1.50", "large": "123456789012345678901234567890",
		"exponent": "1e3", "yes": "true", "no": "false", "moment": "2026-11-24T08:00:00Z", "offset": "2026-11-24T08:00:00+02:00",
		"day": "2026-11-24", "span": `"P3DT3H2M1S"`, "object": `{"b":[1,2,{"c":null}],"a":"x"}`, "list": `[1,"2"]`,
		"nothing": "null", "empty": `""`, "looks-like-a-span": `"P1D"`, "looks-like-a-number": `"42"`, "bare": "word and more",
	}
	for key, body := range values {
		w.kestra.PutKeyValue("main", team, key, body, 0)
	}
	w.kestra.PutKeyValue("main", team, "mortal", `"soon gone"`, time.Hour)
	described := kestra.Target{Tenant: "main", Namespace: "company.other", Name: "described"}
	err := w.server.PutKeyValue(w.t.Context(), described, []byte(`"x"`), kestra.KeyValueOptions{Description: `say "why"`})
	if err != nil {
		w.t.Fatal(err)
	}
	files := map[string][]byte{
		"/main.py": []byte("print('hi')\n"), "/deep/er/UPPER name.txt": []byte("no line break"), "/empty": {},
		"/bytes.bin": {0xff, 0, 1}, "/windows.txt": []byte("a\r\nb\r\n"),
		"/large.txt": bytes.Repeat([]byte("0123456789abcde\n"), 20_000), "/large.bin": bytes.Repeat([]byte{0xfe, 0}, 524_288),
	}
	for path, content := range files {
		w.kestra.PutFile("main", team, path, content)
	}
	w.kestra.PutFile("main", "company", "/shared.txt", []byte("in the namespace above\n"))
}

func TestApplyingAnExportWritesNothingToKestra(t *testing.T) {
	cases := map[string]struct {
		labels string
		mode   flow.LabelMode
		values manifest.Values
		limit  int
	}{
		"labelled flows, values in Secrets":         {label, flow.LabelModeAuto, manifest.ValuesSecret, manifest.DefaultInlineLimit},
		"labelled flows, values and files inline":   {label, flow.LabelModeRender, manifest.ValuesInline, 1 << 20},
		"flows without the label, and the mode off": {"", flow.LabelModeOff, manifest.ValuesSecret, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{})
			fill(w, tc.labels)
			options := defaults()
			options.Values, options.InlineLimit = tc.values, tc.limit
			result := w.move(options)
			if len(result.Left) > 0 {
				t.Errorf("left out: %v", result.Left)
			}
			w.operate(tc.mode)
			reasons := w.await(v1alpha1.ReasonSucceeded)
			if want := 8 + 20 + 8; len(reasons) != want {
				t.Errorf("%d objects, want %d: %v", len(reasons), want, reasons)
			}
			if got := w.kestra.WriteCount(); got != 0 {
				t.Errorf("%d writes, want none: %v", got, w.kestra.Writes())
			}
		})
	}
}

func TestAFlowWithoutTheLabelGetsOneRevision(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.kestra.PutFlow("main", team, "plain", source("plain", ""))
	result := w.move(defaults())
	if result.Unlabelled != 1 {
		t.Errorf("%d unlabelled flows were counted, want 1", result.Unlabelled)
	}
	w.operate(flow.LabelModeAuto)
	w.await(v1alpha1.ReasonSucceeded)
	stored, _ := w.kestra.Flow("main", team, "plain")
	if got := w.kestra.WriteCount(); got != 1 || stored.Revision != 2 || stored.Source != source("plain", label) {
		t.Errorf("%d writes, revision %d, want one write that sets the label:\n%s", got, stored.Revision, stored.Source)
	}
}

func TestTheLabelCanBeWrittenIntoTheManifests(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.kestra.PutFlow("main", team, "plain", source("plain", ""))
	options := defaults()
	options.ReadOnlyLabel = true
	w.move(options)
	w.operate(flow.LabelModeDeny) // which refuses a flow without it
	w.await(v1alpha1.ReasonSucceeded)
}

func TestAValueThatIsLeftToASecretWaitsForIt(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	w.kestra.PutKeyValue("main", team, "password", `"correct horse"`, 0)
	result := w.move(defaults())
	if result.Referring != 1 {
		t.Errorf("%d references were counted, want 1", result.Referring)
	}
	w.operate(flow.LabelModeAuto)
	w.await(v1alpha1.ReasonSourceMissing)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: team + ".password", Namespace: w.namespace},
		Data:       map[string][]byte{"content": []byte("correct horse")},
	}
	if err := w.client.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.await(v1alpha1.ReasonSucceeded)
	if got := w.kestra.WriteCount(); got != 0 {
		t.Errorf("%d writes, want none: %v", got, w.kestra.Writes())
	}
}

func TestAnExportIsTheSameEveryTime(t *testing.T) {
	w := &world{t: t, kestra: devkestra.Start(t, devkestra.Options{})}
	w.server = newServer(t, w.kestra)
	fill(w, "")
	render := func() map[string]string {
		result, err := export.FromServer(t.Context(), w.server, defaults())
		if err != nil {
			t.Fatal(err)
		}
		files, err := manifest.Render(result.Items, "team")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		for _, file := range files {
			texts[file.Path] = string(file.Content)
		}
		return texts
	}
	if diff := cmp.Diff(render(), render()); diff != "" {
		t.Errorf("the second export (-first +second):\n%s", diff)
	}
}

func TestAContentAtTheInlineLimitSuitsClientSideApply(t *testing.T) {
	w := newWorld(t, devkestra.Options{})
	limit := manifest.DefaultInlineLimit
	contents := map[string][]byte{
		"text.txt":  bytes.Repeat([]byte("\"0123456789\"\n"), limit/13),
		"bytes.bin": bytes.Repeat([]byte{0xff}, limit),
	}
	var items []manifest.Item
	for path, content := range contents {
		items = append(items, manifest.NamespaceFile(kestra.Target{Namespace: team, Name: path}, content, limit))
	}
	files, err := manifest.Render(items, w.namespace)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := manifest.Write(files, folder, nil); err != nil {
		t.Fatal(err)
	}
	if out, err := plane.Kubectl(t.Context(), "apply", "-k", folder); err != nil || strings.Count(out, "created") != len(contents) {
		t.Errorf("%v: %s", err, out)
	}
}
