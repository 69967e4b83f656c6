package controllers

import (
	"testing"
	"time"

	testclock "k8s.io/utils/clock/testing"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

func TestAnEntryThatOutlivesItsTimeIsLookedAtLessAndLess(t *testing.T) {
	now := time.Now()
	r := &Reconciler[*v1alpha1.KestraKeyValue]{interval: 10 * time.Minute, clock: testclock.NewFakePassiveClock(now)}
	for name, test := range map[string]struct{ left, want time.Duration }{
		"before its end":                      {time.Minute, time.Minute},
		"just after it":                       {-100 * time.Millisecond, time.Second},
		"a while after it":                    {-time.Minute, time.Minute},
		"by a clock that is an hour ahead":    {-time.Hour, 10 * time.Minute},
		"by a clock that is an hour too slow": {time.Hour, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.nextLook(&v1alpha1.SyncPolicy{}, false, now.Add(test.left))
			if got < test.want || float64(got) > float64(test.want)*(1+jitter) {
				t.Errorf("the next look is in %s, want %s", got, test.want)
			}
		})
	}
}
