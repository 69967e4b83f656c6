package collection

import (
	"context"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

func TestTheHeapGrowsByAboutTheSameWhateverLivesOnIt(t *testing.T) {
	const mebibyte = 1 << 20
	for live, want := range map[uint64]int{
		0: 400, 1 * mebibyte: 400, 8 * mebibyte: 300, 24 * mebibyte: 100, 40 * mebibyte: 60, 200 * mebibyte: 35, 1 << 40: 35,
	} {
		if got := percentOf(live); got != want {
			t.Errorf("with %d bytes the heap grows by %d %%, want %d %%", live, got, want)
		}
	}
}

func TestWhoeverSetsThePaceHasDecided(t *testing.T) {
	t.Setenv(variable, "100")
	before := percent(t)
	Pace()
	runtime.GC()
	if after := percent(t); after != before {
		t.Errorf("the pace went from %d to %d %%", before, after)
	}
}

func TestThePaceFollowsWhatLives(t *testing.T) {
	t.Setenv(variable, "")
	Pace()
	held := make([]byte, 100<<20)
	await(t, "a large heap", func(percent int) bool { return percent == leastPercent })
	runtime.KeepAlive(held) // garbage from here on
	await(t, "a small one again", func(percent int) bool { return percent > 100 })
}

// await collects garbage until the pace is as wanted, which it is soon after a collection.
func await(t *testing.T, what string, reached func(percent int) bool) {
	t.Helper()
	last := 0
	err := wait.PollUntilContextTimeout(t.Context(), 10*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) {
		runtime.GC()
		last = percent(t)
		return reached(last), nil
	})
	if err != nil {
		t.Errorf("%s: the pace is %d %%", what, last)
	}
}

// percent is by how much the heap may grow now.
func percent(t *testing.T) int {
	t.Helper()
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}
