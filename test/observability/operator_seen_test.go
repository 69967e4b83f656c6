package observability

import "testing"

func TestWhatHappensIsSeen(t *testing.T) {
	w := newWorld(t)
	w.prometheus = w.startPrometheus()
	w.load()
	for _, view := range []struct {
		what string
		look func(*world, *testing.T)
	}{
		{"metrics tell what happened", (*world).metricsTellWhatHappened},
		{"every documented metric is there, and no other", (*world).everyDocumentedMetricIsThere},
		{"names of metrics follow the conventions", (*world).namesFollowTheConventions},
		{"labels of metrics are bounded", (*world).labelsAreBounded},
		{"traces lead from admission to Kestra", (*world).tracesLeadFromAdmissionToKestra},
		{"spans say what was decided", (*world).spansSayWhatWasDecided},
		{"Kestra is told its trace", (*world).kestraIsToldItsTrace},
		{"nothing of /debug is served beside metrics", (*world).nothingIsServedForDebugging},
		{"no trace holds a secret", (*world).noTraceHoldsASecret},
		{"log lines have documented keys alone", (*world).logLinesHaveDocumentedKeys},
		{"events have documented reasons", (*world).eventsHaveDocumentedReasons},
		{"every panel of the dashboard has data", (*world).everyPanelHasData},
		{"every alert's expression can be evaluated, and none fires that must not", (*world).alertsAreQuiet},
	} {
		t.Run(view.what, func(t *testing.T) {
			seen := *w
			seen.t = t
			view.look(&seen, t)
		})
	}
}
