package webhooks_test

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

// Such a reference would be followed unasked once the operator is started with --value-from.
func TestNoReferenceIsStoredWhereNobodyCanBeAsked(t *testing.T) {
	admin := newUser(t, plane.Config())
	serveWebhooks(t, webhooks.Options{})
	namespace := newNamespace(t, admin)
	author := newAuthor(t, admin, namespace, "readable")
	reference := map[string]any{"secretKeyRef": map[string]any{"name": "other", "key": "a"}}
	err := author.Create(t.Context(), object(namespace, "KestraKeyValue", with(completeSpecs["KestraKeyValue"], map[string]any{"value": nil, "valueFrom": reference})))
	if err == nil {
		t.Error("the reference was stored")
	}
}
