package controllers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// logBuffer collects what an operator logs at the highest verbosity.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) write(prefix, line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.WriteString(prefix + " " + line + "\n")
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestInvariant9NoSecretIsTold(t *testing.T) {
	const canary = "S3cret-canary"
	w := newWorld(t, devkestra.Options{})
	// The server quotes what it was sent, as real ones do.
	w.kestra.Fail(devkestra.Call(http.MethodPut, "/kv/quoted"), devkestra.Fault{Status: 422, Body: `{"message":"cannot read S3cret-canary"}`}, devkestra.Always)
	w.kestra.Fail(devkestra.Call(http.MethodPost, "/files"), devkestra.Fault{Status: 500, Body: `{"message":"cannot store S3cret-canary"}`}, devkestra.Always)
	w.kestra.Fail(devkestra.Call(http.MethodGet, "/kv/garbled"), devkestra.Fault{Status: 200, Body: `S3cret-canary`}, devkestra.Always)
	w.start()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "credentials"}, Data: map[string][]byte{"token": []byte(canary)}}
	from := &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "credentials", Key: "token"}}
	fromSecret := func(key, kind string) *v1alpha1.KestraKeyValue {
		obj := makeKeyValue(key, kind, "")
		obj.Spec.Value, obj.Spec.ValueFrom = nil, from
		return obj
	}
	stored, wrong, quoted, garbled := fromSecret("stored", "STRING"), fromSecret("wrong", "JSON"), fromSecret("quoted", "STRING"), fromSecret("garbled", "STRING")
	file := makeFile("file", "file.txt", "")
	file.Spec.Content, file.Spec.ContentFrom = nil, from
	w.create(secret, stored, wrong, quoted, garbled, file)
	w.awaitSynced(stored)
	w.awaitReady(wrong, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
	w.awaitReady(quoted, metav1.ConditionFalse, v1alpha1.ReasonRejected)
	w.awaitReady(garbled, metav1.ConditionFalse, v1alpha1.ReasonUnavailable)
	w.awaitReady(file, metav1.ConditionFalse, v1alpha1.ReasonUnavailable)
	w.eventually("the events", func(ctx context.Context) (bool, error) { return hasEvent(ctx, w, v1alpha1.ReasonRejected, "withheld") })
	w.stop()

	for _, obj := range []client.Object{stored, wrong, quoted, garbled, file} {
		assertWithout(t, canary, "object "+obj.GetName(), asJSON(t, obj))
	}
	events := &eventsv1.EventList{}
	if err := w.client.List(t.Context(), events, client.InNamespace(w.namespace)); err != nil {
		t.Fatal(err)
	}
	assertWithout(t, canary, "events", asJSON(t, events))
	logged := w.logs.String()
	if !strings.Contains(logged, "quoted") {
		t.Errorf("the log says nothing of a failed write:\n%s", logged)
	}
	assertWithout(t, canary, "log", logged)
	for line := range strings.Lines(logged) {
		// A dump breaks the secret over two lines. Events are known from above.
		if strings.Contains(line, "Body") && !strings.HasPrefix(line, "events ") {
			t.Errorf("a body is logged: %s", line)
		}
	}
	families, err := metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		assertWithout(t, canary, "metric", family.String())
	}
}

// A panic has what was worked on within reach, and may quote it.
func TestInvariant9NoPanicTellsASecret(t *testing.T) {
	const canary = "S3cret-canary"
	w := newWorld(t, devkestra.Options{})
	w.options.Catalog = func() *flow.Catalog { panic("the judge of " + canary) }
	w.start()
	obj := makeFlow("hello", "hello", sourceOf("hello", canary))
	w.create(obj)
	w.eventually("the panic in the log", func(context.Context) (bool, error) {
		return strings.Contains(w.logs.String(), "[recovered]"), nil
	})
	w.stop()
	assertWithout(t, canary, "log", w.logs.String())
}

func assertWithout(t *testing.T, canary, what, text string) {
	t.Helper()
	if strings.Contains(text, canary) {
		t.Errorf("the %s holds the secret:\n%s", what, text)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
