package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsDistributedIsCurrent(t *testing.T) {
	files, err := made("../../../config/observability", "../../../charts/kestra-operator/files")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not current; run make generate (-want +got):\n%s", path, diff)
		}
	}
}
