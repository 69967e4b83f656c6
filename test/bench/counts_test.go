package bench

import (
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
