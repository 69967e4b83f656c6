package overload

import (
	"context"
	"testing"
	"time"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAMassOfAppliesIsJudgedInTime(t *testing.T) {
	const count = 200
	w := newWorld(t)
	took := w.apply(team, "f", count, count)
	w.await("the queue to drain", w.unready(team, count))
	if got := w.creations(); got != count {
		t.Errorf("%d writes for %d flows", got, count)
	}
	t.Logf("%d applies at once: median %s, slowest %s; %d MiB", count, quantile(took, 0.5), quantile(took, 1), w.checkMemory())
}

func TestAMassOfFlowsReachesKestra(t *testing.T) {
	const count = 2000
	w := newWorld(t)
	start := time.Now()
	took := w.apply(team, "f", count, 16)
	applied := time.Since(start)
	w.await("the queue to drain", w.unready(team, count))
	if got := w.creations(); got != count {
		t.Errorf("%d writes for %d flows", got, count)
	}
	t.Logf("%d flows: applied in %s (slowest %s), in Kestra after %s, with %d calls; %d MiB", count,
		applied.Round(time.Second), quantile(took, 1), time.Since(start).Round(time.Second), w.kestra.RequestCount(), w.checkMemory())
}

func TestAKestraOfOneCallASecondIsNotPressed(t *testing.T) {
	const count = 30
	w := newWorld(t)
	w.kestra.SetRateLimit(1)
	w.kestra.ResetRequests()
	start := time.Now()
	took := w.apply(team, "f", count, count)
	w.await("some progress", func(context.Context) string {
		if w.creations() < 5 {
			return "fewer than five flows are in Kestra"
		}
		return ""
	})
	calls, seconds := w.kestra.RequestCount(), time.Since(start).Seconds()
	if limit := 5*seconds + 50; float64(calls) > limit {
		t.Errorf("%d calls in %.0f seconds of a server that takes one a second", calls, seconds)
	}
	w.kestra.SetRateLimit(0)
	w.await("the queue to drain", w.unready(team, count))
	t.Logf("%d applies at one call a second: slowest %s; %d calls in %.0f s until five were written; all written after %s; %d MiB",
		count, quantile(took, 1), calls, seconds, time.Since(start).Round(time.Second), w.checkMemory())
}

func TestAKestraThatNeverAnswersHoldsUpNoAdmission(t *testing.T) {
	const count = 100
	w := newWorld(t)
	w.kestra.Fail(devkestra.Every, devkestra.Fault{Hang: true}, devkestra.Always)
	took := w.apply(team, "f", count, 20)
	peak := w.checkMemory()
	w.kestra.Heal()
	start := time.Now()
	w.await("the queue to drain", w.unready(team, count))
	t.Logf("%d applies while Kestra hangs: median %s, slowest %s; %d MiB; drained %s after it answers again", count,
		quantile(took, 0.5), quantile(took, 1), peak, time.Since(start).Round(time.Second))
}

// What hangs for one target is no reason for others to wait for long.
func TestTargetsThatHangHoldUpNoOthers(t *testing.T) {
	const hanging, others = 40, 20
	w := newWorld(t)
	w.kestra.Fail(devkestra.Call("", "/company.slow/"), devkestra.Fault{Hang: true}, devkestra.Always)
	w.apply("company.slow", "slow", hanging, 20)
	start := time.Now()
	w.apply(team, "f", others, 20)
	w.await("the others", w.unready(team, others))
	took := time.Since(start)
	w.kestra.Heal()
	w.await("those that hung", w.unready("company.slow", hanging))
	t.Logf("%d flows beside %d that hang: ready after %s; %d MiB", others, hanging, took.Round(100*time.Millisecond), w.checkMemory())
}
