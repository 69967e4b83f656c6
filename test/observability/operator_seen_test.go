package observability

import "testing"

func TestWhatHappensIsSeen(t *testing.T) {
	w := newWorld(t)
	prometheus := w.startPrometheus()
	w.load()
	for _, view := range []struct {
		what string
		look func(*testing.T)
	}{
		{"metrics tell what happened", w.metricsTellWhatHappened},
		{"every documented metric is there, and no other", w.everyDocumentedMetricIsThere},
		{"names of metrics follow the conventions", w.namesFollowTheConventions},
		{"labels of metrics are bounded", w.labelsAreBounded},
		{"traces lead from admission to Kestra", w.tracesLeadFromAdmissionToKestra},
		{"spans say what was decided", w.spansSayWhatWasDecided},
		{"Kestra is told its trace", w.kestraIsToldItsTrace},
		{"no trace holds a secret", w.noTraceHoldsASecret},
		{"log lines have documented keys alone", w.logLinesHaveDocumentedKeys},
		{"events have documented reasons", w.eventsHaveDocumentedReasons},
		{"every panel of the dashboard has data", prometheus.everyPanelHasData},
		{"every alert's expression can be evaluated, and none fires that must not", prometheus.alertsAreQuiet},
	} {
		t.Run(view.what, view.look)
	}
}
