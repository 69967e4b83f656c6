package validation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func aFile(change func(*v1alpha1.KestraNamespaceFileSpec)) *v1alpha1.KestraNamespaceFile {
	content := ""
	obj := &v1alpha1.KestraNamespaceFile{Spec: v1alpha1.KestraNamespaceFileSpec{Namespace: "company.team", Filename: "a.txt", Content: &content}}
	if change != nil {
		change(&obj.Spec)
	}
	return obj
}

func TestValidateNamespaceFile(t *testing.T) {
	large := string(make([]byte, namespacefile.MaxContentBytes+1))
	cases := map[string]struct {
		change func(*v1alpha1.KestraNamespaceFileSpec)
		want   []string
	}{
		"an empty file": {},
		"a binary file": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.Content, spec.BinaryContent = nil, []byte{0} },
		},
		"no content": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.Content = nil },
			want:   []string{`spec.content: Required value: set content, binaryContent or contentFrom; an empty file has content: ""`},
		},
		"two contents": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.BinaryContent = []byte{0} },
			want:   []string{"spec.binaryContent: Forbidden: set only one of content, binaryContent and contentFrom"},
		},
		"content over the limit": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.Content = &large },
			want:   []string{"spec.content: Invalid value: the content has 1048577 bytes; at most 1048576 are allowed"},
		},
		"content from nowhere": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) {
				spec.Content, spec.ContentFrom = nil, &v1alpha1.ValueSource{}
			},
			want: []string{"spec.contentFrom: Required value: set secretKeyRef or configMapKeyRef"},
		},
		"a path out of the namespace": {
			change: func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.Filename = "../a" },
			want:   []string{`spec.filename: Invalid value: the path has the component ".."; write the path without it`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			errs, _ := ValidateNamespaceFile(aFile(tc.change))
			if diff := cmp.Diff(tc.want, shown(errs)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateNamespaceFileUpdateWarnsWhenOnlyPoliciesChange(t *testing.T) {
	bad := aFile(func(spec *v1alpha1.KestraNamespaceFileSpec) { spec.Filename = "../a" })
	suspended := bad.DeepCopy()
	suspended.Spec.Suspend = true
	errs, warnings := ValidateNamespaceFileUpdate(bad, suspended)
	if len(errs) > 0 || len(warnings) != 1 {
		t.Errorf("got errors %v and warnings %v, want one warning", errs, warnings)
	}
}
