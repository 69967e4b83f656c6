package controllers_test

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// TestOddValuesAreWrittenOnce shows that a value that Kestra reads back in another form is not written again.
func TestOddValuesAreWrittenOnce(t *testing.T) {
	w := newWorld(t, devkestra.Options{}).start()
	var objects []client.Object
	for key, value := range map[string]struct{ kind, text string }{
		"negative-zero":      {"NUMBER", "-0"},
		"negative-decimal":   {"NUMBER", "-0.0"},
		"large":              {"NUMBER", "123456789012345678901234567890"},
		"exponent":           {"NUMBER", "1E+3"},
		"tiny":               {"NUMBER", "1e-400"},
		"midnight":           {"DATETIME", "2022-05-01T00:00:00Z"},
		"midnight-elsewhere": {"DATETIME", "2022-05-01T02:00:00+02:00"},
		"nanoseconds":        {"DATETIME", "2022-05-01T03:02:01.123456789Z"},
		"before-the-epoch":   {"DATETIME", "0001-01-01T00:00:00Z"},
		"first-day":          {"DATE", "0001-01-01"},
		"negative-duration":  {"DURATION", "-P1DT0.5S"},
		"long-duration":      {"DURATION", "P36500D"},
		"null-members":       {"JSON", `{"a":null,"b":[null,{"c":null}]}`},
		"same-member-twice":  {"JSON", `{"a":1,"a":2}`},
		"only-null":          {"JSON", "null"},
		"empty":              {"STRING", ""},
		"blank":              {"STRING", " \t\n"},
		"a-duration":         {"STRING", "P1D"},
		"not-a-word":         {"STRING", "\u2028\u0001 \U0001F600 \"\\ null"},
	} {
		obj := makeKeyValue(key, value.kind, value.text)
		w.create(obj)
		objects = append(objects, obj)
	}
	w.awaitSynced(objects...)
	for _, obj := range objects {
		w.requestReconcile(obj)
		w.awaitSynced(obj)
	}
	if writes := w.kestra.WriteCount(); writes != len(objects) {
		t.Errorf("%d writes for %d objects", writes, len(objects))
	}
}
