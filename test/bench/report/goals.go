package main

import (
	"fmt"
	"math"
)

// goal is a bound on one metric of one benchmark.
type goal struct {
	part, what        string
	benchmark, metric string
	// atLeast is true when more is better.
	atLeast bool
	bound   float64
	unit    string
	// per divides the metric, so that it is in the unit; 1 when 0.
	per float64
}

// value is what was measured, in the goal's unit.
func (g goal) value(measured results) (float64, bool) {
	value, known := measured.value(g.benchmark, g.metric)
	if g.per != 0 {
		value /= g.per
	}
	return value, known
}

func (g goal) text() string {
	if math.IsNaN(g.bound) {
		return g.what
	}
	sign := "≤"
	if g.atLeast {
		sign = "≥"
	}
	return fmt.Sprintf("%s: %s %s", g.what, sign, number(g.bound))
}

func (g goal) show(value float64, known bool) string {
	if !known {
		return "not in this run"
	}
	if g.unit == "" {
		return number(value)
	}
	return number(value) + " " + g.unit
}

func (g goal) verdict(value float64, known bool) string {
	switch {
	case !known || math.IsNaN(g.bound):
		return ""
	case g.atLeast && value >= g.bound, !g.atLeast && value <= g.bound:
		return "met"
	default:
		return "**not met**"
	}
}

// number has three digits that count.
func number(value float64) string {
	switch {
	case value == math.Trunc(value) || math.Abs(value) >= 100:
		return fmt.Sprintf("%.0f", value)
	case math.Abs(value) >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}
