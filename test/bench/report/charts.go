package main

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
)

// charts are the plots of the page.
func charts(measured results) []chart {
	clients, sizes := []float64{1, 10, 50, 200}, []float64{1, 3, 10, 50}
	admission := func(x float64) string { return fmt.Sprintf("Admission/clients=%.0f", x) }
	return []chart{
		{
			file: "admission.svg", title: "One apply through the API server", x: "clients at a time", y: "ms (median)", logX: true, logY: true,
			lines: measured.lines(clients,
				series{"the operator's webhooks", admission, "p50-ms"}, series{"and the label is set", admission, "edited-p50-ms"}, series{"empty webhooks of which one changes the object", admission, "changing-p50-ms"}, series{"empty webhooks", admission, "floor-p50-ms"}),
		},
		{
			file: "memory.svg", title: "Resident memory of the operator", x: "flows of 5 KB", y: "MiB",
			lines: measured.memory(),
		},
		{
			file: "sync.svg", title: "New flows on 4 connections", x: "Kestra answers after, ms", y: "flows a second", logX: true,
			lines: measured.syncing(),
		},
		{
			file: "growth.svg", title: "Judging a flow", x: "size of the flow, KB", y: "ms", logX: true, logY: true,
			lines: measured.growing([]float64{4, 8, 16, 32, 64, 128, 256}),
		},
		{
			file: "check.svg", title: "Judging a flow, next to a bare parse of its text", x: "size of the flow, KB", y: "times as long", logX: true, logY: true,
			lines: measured.judging(sizes),
		},
	}
}

// syncing is of the fewest flows that were measured, which are those with every latency.
func (r results) syncing() []line {
	numbers := r.flows("Sync")
	if len(numbers) == 0 {
		return nil
	}
	with := func(latency float64) string { return fmt.Sprintf("Sync/flows=%s/latency=%.0fms", numbers[0], latency) }
	return r.lines([]float64{5, 50}, series{"bare POSTs", with, "raw-flows/s"}, series{"the operator", with, "flows/s"})
}

// judging has the judge and the served schema in the unit of a bare parse.
func (r results) judging(sizes []float64) []line {
	check, naive, parse := line{label: "Check"}, line{label: "the served schema as it is"}, line{label: "a bare parse"}
	for _, size := range sizes {
		name := fmt.Sprintf("Check/%.0fKB", size)
		ratio, known := r.value(name, "check/parse-time")
		if !known {
			continue
		}
		check.points = append(check.points, plotter.XY{X: size, Y: ratio})
		parse.points = append(parse.points, plotter.XY{X: size, Y: 1})
		if slower, known := r.value(name, "naive-core/parse-time"); known {
			naive.points = append(naive.points, plotter.XY{X: size, Y: slower})
		}
	}
	if len(check.points) == 0 {
		return nil
	}
	return []line{check, naive, parse}
}

// growing has the time of the judge and of a bare parse by the size of a flow.
func (r results) growing(sizes []float64) []line {
	check, parse := line{label: "Check"}, line{label: "a bare parse"}
	for _, size := range sizes {
		for of, metric := range map[*line]string{&check: "check-ns-%.0f", &parse: "parse-ns-%.0f"} {
			if took, known := r.value("Growth/size", fmt.Sprintf(metric, size*1024)); known {
				of.points = append(of.points, plotter.XY{X: size, Y: took / 1e6})
			}
		}
	}
	if len(check.points) == 0 {
		return nil
	}
	return []line{check, parse}
}

// series is where the points of a line come from: a metric of the benchmark that is named after x.
type series struct {
	label     string
	benchmark func(x float64) string
	metric    string
}

// lines returns the series that were measured.
func (r results) lines(xs []float64, wanted ...series) []line {
	var lines []line
	for _, s := range wanted {
		var points plotter.XYs
		for _, x := range xs {
			if y, known := r.value(s.benchmark(x), s.metric); known {
				points = append(points, plotter.XY{X: x, Y: y})
			}
		}
		if len(points) > 0 {
			lines = append(lines, line{s.label, points})
		}
	}
	return lines
}

// memory is that of the process without a flow and with many, of a replica that leads and of one that does not.
func (r results) memory() []line {
	var lines []line
	for _, replica := range []struct{ label, benchmark string }{{"the leader", "Kept/flows=%.0f/quiet"}, {"a standby replica", "Standby/flows=%.0f"}} {
		var points plotter.XYs
		if idle, known := r.value("Start", "MiB-resident-idle"); known {
			points = append(points, plotter.XY{X: 0, Y: idle})
		}
		for _, flows := range []float64{10_000, 100_000} {
			if y, known := r.value(fmt.Sprintf(replica.benchmark, flows), "MiB-resident"); known {
				points = append(points, plotter.XY{X: flows, Y: y})
			}
		}
		if len(points) > 1 {
			lines = append(lines, line{replica.label, points})
		}
	}
	return lines
}
