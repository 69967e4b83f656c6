package bench

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// What takes long differs from one machine to the next; what is written does not.
func TestANewFlowIsWrittenThreeTimesAndToldInNoEvent(t *testing.T) {
	const flows = 60
	s := syncOnce(t, flows, time.Millisecond)
	if want := 3.0 * flows; s.written.objects != want {
		t.Errorf("%.0f writes of objects for %d new flows, want %.0f: finalizer, intent and outcome", s.written.objects, flows, want)
	}
	if s.written.events > flows/10 {
		t.Errorf("%.0f writes of events for %d new flows, want about none", s.written.events, flows)
	}
}

func TestTheBinaryIsSmall(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the limit is for linux/amd64; others differ by a few MiB")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	const limit = 40 // MiB
	if size := float64(file.Size()) / (1 << 20); size > limit {
		t.Errorf("the operator's binary has %.2f MiB, more than %d: what a new dependency brings, go tool nm -size tells of a build without -s -w", size, limit)
	}
}
