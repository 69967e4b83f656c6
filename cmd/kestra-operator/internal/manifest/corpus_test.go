package manifest_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/manifest"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/test/recordings"
)

func TestOtherPeoplesFlowsSurvive(t *testing.T) {
	corpus := recordings.Path(t, "corpus")
	total, quoted := 0, 0
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || (filepath.Ext(path) != ".yaml" && filepath.Ext(path) != ".yml") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil || !utf8.Valid(source) {
			return err
		}
		files, err := manifest.Render([]manifest.Item{manifest.Flow(target(fmt.Sprint("flow-", total)), string(source))}, "")
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if got := decode[v1alpha1.KestraFlow](t, files[0].Content).Spec.Source; got != string(source) {
			t.Errorf("%s: the source changed", path)
		}
		total++
		if !strings.Contains(string(files[0].Content), "  source: |") {
			quoted++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d flows, %d of them not as a literal block", total, quoted)
	if total < 1000 || quoted > total/100 {
		t.Errorf("%d flows, %d of them not as a literal block; want 1000 or more, and a hundredth at most", total, quoted)
	}
}
