package webhooks_test

import (
	"context"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// object is one of any kind with just these fields in its spec; a nil spec is absent.
func object(namespace, kind string, spec map[string]any) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{}}
	obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	obj.SetNamespace(namespace)
	obj.SetGenerateName("identity-")
	if spec != nil {
		obj.Object["spec"] = spec
	}
	return obj
}

// identities are the fields that identify each kind, with a good value.
var identities = map[string]map[string]any{
	"KestraFlow":          {"namespace": "company.team", "id": "hello"},
	"KestraKeyValue":      {"namespace": "company.team", "key": "hello"},
	"KestraNamespaceFile": {"namespace": "company.team", "filename": "hello.txt"},
}

func with(spec map[string]any, changes map[string]any) map[string]any {
	changed := map[string]any{}
	for _, fields := range []map[string]any{spec, changes} {
		for name, value := range fields {
			if value == nil {
				delete(changed, name)
				continue
			}
			changed[name] = value
		}
	}
	return changed
}

// The rules of the definitions hold without any webhook: none is registered here.
func TestIdentityIsRequiredAndWellFormedOnCreation(t *testing.T) {
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	for kind, identity := range identities {
		name := nameField(kind)
		cases := map[string]struct {
			spec map[string]any
			want string // a piece of the refusal; empty for none
		}{
			"a good identity":            {spec: identity},
			"a tenant":                   {spec: with(identity, map[string]any{"tenant": "main"})},
			"an empty tenant":            {spec: with(identity, map[string]any{"tenant": ""})},
			"a bad tenant":               {spec: with(identity, map[string]any{"tenant": "Main"}), want: "spec.tenant: Invalid value"},
			"no spec":                    {spec: nil, want: "spec." + name + ": Required value"},
			"no namespace":               {spec: with(identity, map[string]any{"namespace": nil}), want: "spec.namespace: Required value"},
			"an empty namespace":         {spec: with(identity, map[string]any{"namespace": ""}), want: "spec.namespace: Required value"},
			"a bad namespace":            {spec: with(identity, map[string]any{"namespace": "Company"}), want: "spec.namespace: Invalid value"},
			"a namespace over the limit": {spec: with(identity, map[string]any{"namespace": strings.Repeat("a", 151)}), want: "spec.namespace: Too long"},
			"no " + name:                 {spec: with(identity, map[string]any{name: nil}), want: "spec." + name + ": Required value"},
		}
		if name != "filename" {
			cases["a bad "+name] = struct {
				spec map[string]any
				want string
			}{spec: with(identity, map[string]any{name: "a b"}), want: "spec." + name + ": Invalid value"}
		}
		for description, tc := range cases {
			t.Run(kind+" with "+description, func(t *testing.T) {
				err := u.Create(t.Context(), object(namespace, kind, tc.spec))
				switch {
				case tc.want == "" && err != nil:
					t.Errorf("refused: %v", err)
				case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
					t.Errorf("the answer is %v, want a refusal with %q", err, tc.want)
				}
			})
		}
	}
}

func nameField(kind string) string {
	return map[string]string{"KestraFlow": "id", "KestraKeyValue": "key", "KestraNamespaceFile": "filename"}[kind]
}

func TestIdentityIsImmutable(t *testing.T) {
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	for kind, identity := range identities {
		name := nameField(kind)
		withTenant := with(identity, map[string]any{"tenant": "main"})
		cases := map[string]struct {
			before, changes map[string]any
			wantRefused     bool
		}{
			"the policies change":        {before: identity, changes: map[string]any{"suspend": true, "deletionPolicy": "Orphan"}},
			"an empty tenant is dropped": {before: with(identity, map[string]any{"tenant": ""}), changes: map[string]any{"tenant": nil}},
			"the namespace changes":      {before: identity, changes: map[string]any{"namespace": "other"}, wantRefused: true},
			"the namespace goes":         {before: identity, changes: map[string]any{"namespace": nil}, wantRefused: true},
			"the name changes":           {before: identity, changes: map[string]any{name: "other"}, wantRefused: true},
			"the name goes":              {before: identity, changes: map[string]any{name: nil}, wantRefused: true},
			"the tenant changes":         {before: withTenant, changes: map[string]any{"tenant": "other"}, wantRefused: true},
			"the tenant goes":            {before: withTenant, changes: map[string]any{"tenant": nil}, wantRefused: true},
			"a tenant comes":             {before: identity, changes: map[string]any{"tenant": "main"}, wantRefused: true},
		}
		for description, tc := range cases {
			t.Run(kind+": "+description, func(t *testing.T) {
				obj := object(namespace, kind, tc.before)
				if err := u.Create(t.Context(), obj); err != nil {
					t.Fatal(err)
				}
				obj.Object["spec"] = with(tc.before, tc.changes)
				err := u.Update(t.Context(), obj)
				switch {
				case !tc.wantRefused && err != nil:
					t.Errorf("refused: %v", err)
				case tc.wantRefused && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "immutable")):
					t.Errorf("the answer is %v, want a refusal that says immutable", err)
				}
			})
		}
		t.Run(kind+": the spec goes", func(t *testing.T) {
			obj := object(namespace, kind, identity)
			if err := u.Create(t.Context(), obj); err != nil {
				t.Fatal(err)
			}
			delete(obj.Object, "spec")
			if err := u.Update(t.Context(), obj); !apierrors.IsInvalid(err) {
				t.Errorf("the answer is %v, want a refusal", err)
			}
		})
	}
}

// The Enterprise operator's definitions ask for nothing, so that a cluster may hold any of these.
func TestObjectsThatLackFieldsCanStillBeEditedAndDeleted(t *testing.T) {
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	stored := storeWithoutRules(t, u, namespace)
	for description, obj := range stored {
		t.Run(description, func(t *testing.T) {
			editAndDelete(t, u, obj)
		})
	}
}

// storeWithoutRules stores objects under definitions without any rule, then brings the rules back.
func storeWithoutRules(t *testing.T, u *user, namespace string) map[string]*unstructured.Unstructured {
	t.Helper()
	err := installCRDs(plane.Config(), func(definition *apiextensionsv1.CustomResourceDefinition) {
		definition.Spec.Versions[0].Schema.OpenAPIV3Schema = &apiextensionsv1.JSONSchemaProps{
			Type: "object", XPreserveUnknownFields: new(true),
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]*unstructured.Unstructured{}
	for kind, identity := range identities {
		stored[kind+" without a spec"] = object(namespace, kind, nil)
		stored[kind+" with an empty spec"] = object(namespace, kind, map[string]any{})
		stored[kind+" without a namespace"] = object(namespace, kind, with(identity, map[string]any{"namespace": nil}))
		stored[kind+" with a bad identity"] = object(namespace, kind, map[string]any{"namespace": "Not Good!", nameField(kind): strings.Repeat("é ", 2000), "tenant": "Not Good!"})
	}
	for description, obj := range stored {
		eventually(t, description+" is stored", func(ctx context.Context) (bool, error) {
			err := u.Create(ctx, obj)
			return err == nil, client.IgnoreNotFound(ignoreInvalid(err))
		})
	}
	if err := installCRDs(plane.Config(), nil); err != nil {
		t.Fatal(err)
	}
	for kind := range identities {
		eventually(t, "the rules of "+kind+" hold again", func(ctx context.Context) (bool, error) {
			err := u.Create(ctx, object(namespace, kind, map[string]any{}), client.DryRunAll)
			return apierrors.IsInvalid(err), ignoreInvalid(err)
		})
	}
	return stored
}

func ignoreInvalid(err error) error {
	if apierrors.IsInvalid(err) {
		return nil
	}
	return err
}

func set(t *testing.T, obj *unstructured.Unstructured, value any, path ...string) {
	t.Helper()
	if err := unstructured.SetNestedField(obj.Object, value, path...); err != nil {
		t.Fatal(err)
	}
}

// A duration or base64 text that cannot be decoded would stop every client that lists the kind.
func TestWhatClientsCannotDecodeIsNotStored(t *testing.T) {
	u := newUser(t, plane.Config())
	namespace := newNamespace(t, u)
	cases := map[string]struct {
		kind, field string
		value       any
	}{
		"an interval that is no duration":      {"KestraFlow", "interval", "soon"},
		"an interval longer than any duration": {"KestraFlow", "interval", "99999999999999999999h"},
		"an interval in days":                  {"KestraFlow", "interval", "1d"},
		"an interval that is too short":        {"KestraFlow", "interval", "9s"},
		"content that is not base64":           {"KestraNamespaceFile", "binaryContent", "hunter2!"},
		"base64 that is cut":                   {"KestraNamespaceFile", "binaryContent", "hunter2"},
		"base64 with padding in the middle":    {"KestraNamespaceFile", "binaryContent", "hu==ter2"},
		"a value that is not text":             {"KestraKeyValue", "value", int64(42000017)},
		"a deletion policy that nobody knows":  {"KestraKeyValue", "deletionPolicy", "Forget"},
	}
	for description, tc := range cases {
		t.Run(description, func(t *testing.T) {
			err := u.Create(t.Context(), object(namespace, tc.kind, with(identities[tc.kind], map[string]any{tc.field: tc.value})))
			if !apierrors.IsInvalid(err) {
				t.Fatalf("the answer is %v, want a refusal", err)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "42000017") {
				t.Errorf("the refusal shows the value: %v", err)
			}
		})
	}
	good := object(namespace, "KestraNamespaceFile", with(identities["KestraNamespaceFile"], map[string]any{"binaryContent": "AAECAw==", "interval": "1h30m"}))
	if err := u.Create(t.Context(), good); err != nil {
		t.Errorf("good base64 and a good interval: %v", err)
	}
}
