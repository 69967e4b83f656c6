package catalog

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/cluster"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

// plane is one API server for every test of this package.
var plane *cluster.ControlPlane

func TestMain(m *testing.M) { suite.Suite{Plane: &plane, Bare: true}.Main(m) }

// world is a refresher and a watcher between a development Kestra and a real API server.
type world struct {
	server    *devkestra.Server
	client    client.Client
	refresher *Refresher
	holder    *Holder
	name      types.NamespacedName
}

func newWorld(t *testing.T, options devkestra.Options) *world {
	t.Helper()
	w := &world{server: devkestra.Start(t, options)}
	credentials := w.server.Credentials()
	caller, err := kestra.New(kestra.Config{URL: w.server.URL(), Username: credentials.Username, Password: credentials.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(caller.Close)
	if w.client, err = client.New(plane.Config(), client.Options{}); err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "catalog-"}}
	if err := w.client.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	w.name = types.NamespacedName{Namespace: namespace.Name, Name: "kestra-catalog"}
	w.refresher = &Refresher{Kestra: caller, Client: w.client, ConfigMap: w.name, Interval: 50 * time.Millisecond}
	core, err := flow.Embedded("")
	if err != nil {
		t.Fatal(err)
	}
	w.holder = NewHolder(core)
	return w
}

// watch runs the watcher until the test ends.
func (w *world) watch(t *testing.T) {
	w.start(t, &Watcher{Config: plane.Config(), ConfigMap: w.name, Holder: w.holder})
}

func (w *world) start(t *testing.T, runnable interface{ Start(context.Context) error }) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- runnable.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
}

func (w *world) saved(t *testing.T) *corev1.ConfigMap {
	t.Helper()
	configMap := &corev1.ConfigMap{}
	if err := w.client.Get(t.Context(), w.name, configMap); err != nil {
		t.Fatal(err)
	}
	return configMap
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// schemaOf is a server's flow schema whose tasks are of these types, each with the one property "note".
func schemaOf(t *testing.T, taskTypes ...string) []byte {
	t.Helper()
	object := func(properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "properties": properties}
	}
	text := map[string]any{"type": "string"}
	definitions := map[string]any{}
	var members []any
	for _, name := range taskTypes {
		definitions[name] = object(map[string]any{"id": text, "type": map[string]any{"const": name}, "note": text})
		members = append(members, map[string]any{"$ref": "#/definitions/" + name})
	}
	definitions["io.kestra.core.models.flows.Flow"] = object(map[string]any{
		"id": text, "namespace": text, "tasks": map[string]any{"type": "array", "items": map[string]any{"anyOf": members}},
	})
	schema, err := json.Marshal(map[string]any{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"$ref":    "#/definitions/io.kestra.core.models.flows.Flow", "definitions": definitions,
	})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// coreAnd is the core types of the embedded catalog and one more.
func coreAnd(t *testing.T, more ...string) []string {
	t.Helper()
	core, err := flow.Embedded("1.3")
	if err != nil {
		t.Fatal(err)
	}
	return append(core.Types(), more...)
}

const plugin = "io.kestra.plugin.acme.Launch"

func knows(holder *Holder, name string) bool {
	return strings.Contains(strings.Join(holder.Current().Types(), " ")+" ", name+" ")
}

func TestEveryReplicaJudgesByTheLiveSchema(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t, plugin)...), PluginsHash: 7})
	standby := *w
	standby.holder = NewHolder(w.holder.Current())
	w.watch(t)
	standby.watch(t)
	changes := w.holder.Changes()
	if err := w.refresher.refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both replicas know the plugin", func() bool { return knows(w.holder, plugin) && knows(standby.holder, plugin) })
	if !w.holder.Current().Complete() {
		t.Error("the catalog of a live server must be complete")
	}
	select {
	case <-changes:
	default:
		t.Error("the change was not signalled")
	}
}

func TestAnUnchangedServerIsNotReadAgain(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t)...), PluginsHash: 7})
	var versions []string
	for range 3 {
		if err := w.refresher.refresh(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		versions = append(versions, w.saved(t).ResourceVersion)
	}
	reads := w.server.Requests(func(r devkestra.Request) bool { return strings.HasSuffix(r.Path, "/schemas/flow") })
	if len(reads) != 1 {
		t.Errorf("the schema was read %d times, want once", len(reads))
	}
	if versions[0] != versions[2] {
		t.Errorf("the ConfigMap was written again: %v", versions)
	}
}

func TestNewPluginsAreNoticed(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t)...), PluginsHash: 7})
	w.watch(t)
	w.start(t, w.refresher)
	eventually(t, "the live catalog is in force", func() bool { return w.holder.Current().Complete() })
	w.server.SetFlowSchema(schemaOf(t, coreAnd(t, plugin)...), 8)
	eventually(t, "the new plugin is known", func() bool { return knows(w.holder, plugin) })
}

// TestPluginsThatAServerDoesNotTellAreNoticedUnasked shows that nobody has to reach the leader for it.
func TestPluginsThatAServerDoesNotTellAreNoticedUnasked(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t)...)})
	w.watch(t)
	w.start(t, w.refresher)
	eventually(t, "the live catalog is in force", func() bool { return w.holder.Current().Complete() })
	before := w.saved(t).ResourceVersion
	reads := func() int {
		return len(w.server.Requests(func(r devkestra.Request) bool { return strings.HasSuffix(r.Path, "/schemas/flow") }))
	}
	eventually(t, "the same schema is read again", func() bool { return reads() > 2 })
	if after := w.saved(t).ResourceVersion; after != before {
		t.Errorf("the same catalog was saved again: resource version %s, then %s", before, after)
	}
	w.server.SetFlowSchema(schemaOf(t, coreAnd(t, plugin)...), 0)
	eventually(t, "the new plugin is known", func() bool { return knows(w.holder, plugin) })
}

func TestABrokenAnswerChangesNothing(t *testing.T) {
	good := schemaOf(t, coreAnd(t, plugin)...)
	cases := map[string][]byte{
		"empty":          {},
		"no definitions": []byte(`{}`),
		"truncated":      good[:len(good)/2],
		"a login page":   []byte("<html>log in</html>"),
		"few core types": schemaOf(t, coreAnd(t)[:5]...),
		"only a plugin":  schemaOf(t, plugin),
	}
	for name, broken := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{FlowSchema: good, PluginsHash: 7})
			if err := w.refresher.refresh(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			before := w.saved(t)
			w.server.SetFlowSchema(broken, 8)
			if err := w.refresher.refresh(t.Context(), false); err == nil {
				t.Error("a broken schema was taken without an error")
			}
			if after := w.saved(t); after.ResourceVersion != before.ResourceVersion {
				t.Error("the saved catalog was changed by a broken answer")
			}
		})
	}
}

func TestTheLastGoodCatalogSurvivesARestartWhileKestraIsAway(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t, plugin)...), PluginsHash: 7})
	if err := w.refresher.refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	w.server.SetDown(true)
	restarted := *w
	restarted.holder = NewHolder(w.holder.Current())
	restarted.watch(t)
	eventually(t, "the saved catalog is in force", func() bool { return knows(restarted.holder, plugin) })
	if err := w.refresher.refresh(t.Context(), false); err == nil {
		t.Error("a Kestra that is away must be an error")
	}
}

func TestACorruptedConfigMapLeavesTheCatalogAndIsRepaired(t *testing.T) {
	w := newWorld(t, devkestra.Options{FlowSchema: schemaOf(t, coreAnd(t, plugin)...), PluginsHash: 7})
	w.watch(t)
	if err := w.refresher.refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the live catalog is in force", func() bool { return knows(w.holder, plugin) })

	corrupted := w.saved(t)
	corrupted.BinaryData[dataKey] = []byte("\x1f\x8bnot really")
	if err := w.client.Update(t.Context(), corrupted); err != nil {
		t.Fatal(err)
	}
	if err := w.refresher.refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := load(w.saved(t)); err != nil {
		t.Errorf("the saved catalog is still corrupted: %v", err)
	}
	if !knows(w.holder, plugin) {
		t.Error("the catalog in force was lost")
	}
}

func TestOnlyTheVersionIsSavedWhenTheSchemaCannotBeRead(t *testing.T) {
	w := newWorld(t, devkestra.Options{Version: "2.0.3"})
	w.watch(t)
	if err := w.refresher.refresh(t.Context(), false); err == nil {
		t.Error("a missing schema must be an error")
	}
	eventually(t, "the embedded catalog of the server's line is in force", func() bool {
		return strings.HasPrefix(w.holder.Current().Version(), "2.0")
	})
}
