package controllers

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestContendedUntil(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(waits ...time.Duration) []metav1.Time {
		var times []metav1.Time
		for _, wait := range waits {
			times = append(times, metav1.NewTime(now.Add(-wait)))
		}
		return times
	}
	cases := map[string]struct {
		repairs []metav1.Time
		want    time.Time
	}{
		"no repair":                          {nil, time.Time{}},
		"two repairs":                        {ago(2*time.Minute, time.Minute), time.Time{}},
		"three within ten minutes":           {ago(10*time.Minute, 2*time.Minute, 0), now.Add(time.Hour)},
		"three within more":                  {ago(11*time.Minute, 2*time.Minute, 0), time.Time{}},
		"three, the last an hour ago":        {ago(62*time.Minute, 61*time.Minute, time.Hour), time.Time{}},
		"three, the last almost an hour ago": {ago(62*time.Minute, 61*time.Minute, 59*time.Minute), now.Add(time.Minute)},
		"four, of which the last three are":  {ago(time.Hour, 3*time.Minute, 2*time.Minute, time.Minute), now.Add(59 * time.Minute)},
		"three by a clock that was ahead":    {ago(-58*time.Minute, -59*time.Minute, -time.Hour), time.Time{}},
		"three, and a clock that was ahead":  {ago(-30*time.Minute, 20*time.Minute, 10*time.Minute), time.Time{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := contendedUntil(tc.repairs, now); !got.Equal(tc.want) {
				t.Errorf("until %v, want %v", got, tc.want)
			}
		})
	}
}

func TestOnlyAsManyRepairsAreKeptAsDecide(t *testing.T) {
	var repairs []metav1.Time
	for minute := range 10 {
		repairs = appendRepair(repairs, metav1.NewTime(time.Unix(int64(minute)*60, 0)))
	}
	if len(repairs) != maxRepairs || repairs[2].Unix() != 540 {
		t.Errorf("kept %v", repairs)
	}
}
