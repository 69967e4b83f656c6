package controllers

import (
	"testing"
	"time"
)

// Otherwise a large Kestra is listed again before the list has saved as many looks as it took calls.
func TestAListThatTookLongIsReliedOnForLong(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		0: 5 * time.Second, 100 * time.Millisecond: 5 * time.Second, time.Second: 20 * time.Second, 10 * time.Second: 200 * time.Second,
	} {
		if got := (&flowList{took: took}).lifetime(); got != want {
			t.Errorf("a list that took %s is relied on for %s, want %s", took, got, want)
		}
	}
}
