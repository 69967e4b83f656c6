package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// results are the values of each benchmark by metric, one for each time it ran. A benchmark is named as it is in its code,
// without the number of processors.
type results map[string]map[string][]float64

func readResults(files []string) (results, error) {
	measured := results{}
	reader := &benchfmt.Files{Paths: files}
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.Result:
			measured.add(record)
		case *benchfmt.SyntaxError:
			return nil, record
		}
	}
	if err := reader.Err(); err != nil {
		return nil, fmt.Errorf("read the results: %w", err)
	}
	if len(measured) == 0 {
		return nil, errors.New("the files hold no results: run make bench first")
	}
	return measured, nil
}

func (r results) add(result *benchfmt.Result) {
	name, parts := result.Name.Parts()
	full := string(name)
	for _, part := range parts {
		if !strings.HasPrefix(string(part), "-") {
			full += string(part)
		}
	}
	if r[full] == nil {
		r[full] = map[string][]float64{}
	}
	for _, value := range result.Values {
		unit, number := value.Unit, value.Value
		if value.OrigUnit != "" { // as the benchmark reported it
			unit, number = value.OrigUnit, value.OrigValue
		}
		r[full][unit] = append(r[full][unit], number)
	}
}

// value is the median of a metric of a benchmark.
func (r results) value(benchmark, metric string) (float64, bool) {
	values := slices.Clone(r[benchmark][metric])
	if len(values) == 0 {
		return 0, false
	}
	slices.Sort(values)
	return values[len(values)/2], true
}

// flows returns the numbers of flows that a benchmark was run with, fewest first.
func (r results) flows(benchmark string) []string {
	var numbers []string
	for name := range r {
		rest, found := strings.CutPrefix(name, benchmark+"/flows=")
		number, _, _ := strings.Cut(rest, "/")
		if found && !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	slices.SortFunc(numbers, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return numbers
}
