package controllers

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// maxRepairs is how often a target is put back within repairWindow before someone else counts as its keeper.
	maxRepairs   = 3
	repairWindow = 10 * time.Minute
	// contentionPause is how long a contended target is left alone after its last repair.
	contentionPause = time.Hour
)

// contendedUntil returns until when a target is left alone; zero when it may be repaired now. Repairs that a clock noted which
// has been put back since do not count: that may have been years ahead.
func contendedUntil(repairs []metav1.Time, now time.Time) time.Time {
	if !disputed(repairs) {
		return time.Time{}
	}
	last := repairs[len(repairs)-1].Time
	until := last.Add(contentionPause)
	if now.Before(last) || !now.Before(until) {
		return time.Time{}
	}
	return until
}

// disputed is true when the last repairs made the target a contended one. Until there is a later repair, what Kestra holds may
// be someone else's, also when the pause is over.
func disputed(repairs []metav1.Time) bool {
	if len(repairs) < maxRepairs {
		return false
	}
	last, first := repairs[len(repairs)-1].Time, repairs[len(repairs)-maxRepairs].Time
	return last.Sub(first).Abs() <= repairWindow
}

// appendRepair notes a repair; only as many are kept as decide about contention.
func appendRepair(repairs []metav1.Time, now metav1.Time) []metav1.Time {
	repairs = append(repairs, now)
	return repairs[max(0, len(repairs)-maxRepairs):]
}
