package controllers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAKeyValueIsWrittenUpdatedAndDeleted(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("greeting", "", "Hello world")
	w.create(obj)
	w.awaitSynced(obj)
	assertText(t, w, "greeting", "Hello world")
	if hash := obj.Status.ValueHash; hash == "" || strings.Contains(hash, "Hello") {
		t.Errorf("value hash = %q", hash)
	}
	update(w, obj, func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Value = new("Goodbye") })
	w.awaitSynced(obj)
	assertText(t, w, "greeting", "Goodbye")

	w.kestra.PutKeyValue("main", team, "greeting", `"edited"`, 0)
	w.requestReconcile(obj)
	assertText(t, w, "greeting", "Goodbye")

	w.delete(obj)
	if _, found := w.kestra.KeyValue("main", team, "greeting"); found {
		t.Error("the entry is still in Kestra")
	}
}

func assertText(t *testing.T, w *world, key, text string) {
	t.Helper()
	got, found := w.kestra.KeyValue("main", team, key)
	if !found || got.Type != "STRING" || got.Value != text {
		t.Errorf("in Kestra: %v, %s %v; want the text %q", found, got.Type, got.Value, text)
	}
}

func TestAChangedTimeToLiveOrDescriptionIsWritten(t *testing.T) {
	changes := map[string]func(*v1alpha1.KestraKeyValue){
		"a time to live is added": func(obj *v1alpha1.KestraKeyValue) { obj.Spec.TTL = "PT1H" },
		"a description is added":  func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Description = "a note" },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, devkestra.Options{}).start()
			obj := makeKeyValue("greeting", "STRING", "Hello")
			w.create(obj)
			w.awaitSynced(obj)
			w.kestra.ResetRequests()
			update(w, obj, change)
			w.awaitSynced(obj)
			if got := w.kestra.WriteCount(); got != 1 {
				t.Errorf("%d writes, want 1", got)
			}
			w.requestReconcile(obj)
			if got := w.kestra.WriteCount(); got != 1 {
				t.Errorf("%d writes after another look, want 1", got)
			}
			if obj.Spec.TTL != "" && (obj.Status.ExpiresAt == nil || !obj.Status.ExpiresAt.After(w.clock.Now().Add(59*time.Minute))) {
				t.Errorf("expiresAt = %v, want in an hour", obj.Status.ExpiresAt)
			}
		})
	}
}

func TestALostHashKeyWritesNothing(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("greeting", "STRING", "Hello")
	obj.Spec.TTL = "PT1H"
	w.create(obj)
	w.awaitSynced(obj)
	w.stop()
	w.kestra.ResetRequests()
	w.options.HashKey = []byte("another key")
	w.start()
	w.requestReconcile(obj)
	w.awaitSynced(obj)
	if writes := w.kestra.Writes(); len(writes) > 0 {
		t.Errorf("writes = %+v, want none", writes)
	}
}

func TestExpiredEntries(t *testing.T) {
	expire := func(t *testing.T, policy v1alpha1.ExpiryPolicy) (*world, *v1alpha1.KestraKeyValue) {
		w := newWorld(t, devkestra.Options{}).start()
		obj := makeKeyValue("greeting", "STRING", "Hello")
		obj.Spec.TTL, obj.Spec.OnExpiry = "PT1H", policy
		w.create(obj)
		w.awaitSynced(obj)
		w.kestra.Clock.Advance(2 * time.Hour)
		w.clock.SetTime(w.clock.Now().Add(2 * time.Hour))
		w.requestReconcile(obj)
		return w, obj
	}
	t.Run("are kept expired by default", func(t *testing.T) {
		w, obj := expire(t, "")
		w.awaitReady(obj, metav1.ConditionTrue, v1alpha1.ReasonExpired)
		if synced := conditionOf(obj, v1alpha1.ConditionSynced); synced.Status != metav1.ConditionFalse {
			t.Errorf("Synced = %+v, want False", synced)
		}
		if _, found := w.kestra.KeyValue("main", team, "greeting"); found {
			t.Error("the entry is back in Kestra")
		}
		update(w, obj, func(obj *v1alpha1.KestraKeyValue) { obj.Spec.Value = new("Hello again") })
		w.awaitSynced(obj)
		assertText(t, w, "greeting", "Hello again")
	})
	t.Run("are written again when asked for", func(t *testing.T) {
		w, obj := expire(t, v1alpha1.ExpiryRecreate)
		w.awaitSynced(obj)
		assertText(t, w, "greeting", "Hello")
		if obj.Status.LastDriftAt != nil {
			t.Error("an expiry counts as drift")
		}
	})
}

func TestAnEntryThatExpiredByKestrasClockIsWrittenAgainWithoutDriftThoughTheWriteFailsAtFirst(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("greeting", "STRING", "Hello")
	obj.Spec.TTL, obj.Spec.OnExpiry = "PT1H", v1alpha1.ExpiryRecreate
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.Clock.Advance(2 * time.Hour)
	w.kestra.Fail(devkestra.Call(http.MethodPut, "/greeting"), devkestra.Fault{Status: http.StatusServiceUnavailable}, 2)
	w.requestReconcile(obj)
	w.eventually("the entry in Kestra", func(context.Context) (bool, error) {
		_, found := w.kestra.KeyValue("main", team, "greeting")
		return found, nil
	})
	w.awaitSynced(obj)
	if obj.Status.LastDriftAt != nil {
		t.Error("an expiry counts as drift")
	}
}

func TestAServerThatForgetsWhatExpiredByItsClockHasNotLostIt(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("greeting", "STRING", "Hello")
	obj.Spec.TTL = "PT1H"
	w.create(obj)
	w.awaitSynced(obj)
	w.kestra.Clock.Advance(2 * time.Hour)
	w.requestReconcile(obj)
	w.awaitReady(obj, metav1.ConditionTrue, v1alpha1.ReasonExpired)
	writes := w.kestra.WriteCount()
	w.kestra.DeleteKeyValue("main", team, "greeting")
	w.requestReconcile(obj)
	w.awaitReady(obj, metav1.ConditionTrue, v1alpha1.ReasonExpired)
	if got := w.kestra.WriteCount() - writes; got != 0 {
		t.Errorf("%d writes of an entry whose life was over", got)
	}
}

func TestAValueFromASecretFollowsItsRotation(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	obj := makeKeyValue("token", "STRING", "")
	obj.Spec.Value = nil
	obj.Spec.ValueFrom = &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "credentials", Key: "token"}}
	w.create(obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonSourceMissing)

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "credentials"}, Data: map[string][]byte{"other": nil}}
	w.create(secret)
	w.eventually("the missing key", func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return strings.Contains(obj.Status.Reason, `no key "token"`), err
	})
	update(w, secret, func(s *corev1.Secret) { s.Data["token"] = []byte("S3cret-one") })
	w.awaitSynced(obj)
	assertText(t, w, "token", "S3cret-one")

	update(w, secret, func(s *corev1.Secret) { s.Data["token"] = []byte("S3cret-two") })
	w.eventually("the rotated value", func(context.Context) (bool, error) {
		got, _ := w.kestra.KeyValue("main", team, "token")
		return got.Value == "S3cret-two", nil
	})
	w.eventually("the status", func(ctx context.Context) (bool, error) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return obj.Status.LastDriftAt == nil && conditionOf(obj, v1alpha1.ConditionReady).Status == metav1.ConditionTrue, err
	})
}

func TestAValueFromASecretThatIsNotOfItsTypeIsRefusedWithoutQuotingIt(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "credentials"}, Data: map[string][]byte{"token": []byte("S3cret")}}
	obj := makeKeyValue("token", "NUMBER", "")
	obj.Spec.Value = nil
	obj.Spec.ValueFrom = &v1alpha1.ValueSource{SecretKeyRef: &v1alpha1.KeyReference{Name: "credentials", Key: "token"}}
	w.create(secret, obj)
	w.awaitReady(obj, metav1.ConditionFalse, v1alpha1.ReasonValidationError)
	if message := obj.Status.Reason; strings.Contains(message, "S3cret") || !strings.Contains(message, "valueFrom") {
		t.Errorf("message = %q, want one about valueFrom without the value", message)
	}
}
