package flow

import "strings"

// hint ends a message with the nearest valid name, or with another advice when none is near.
func (j *judge) hint(name string, valid []string, otherwise string) string {
	return suggest(j.nearest(name, valid), otherwise)
}

// maxComparisons is how many valid names the wrong ones of one flow are compared with in all: a flow with more
// mistakes is not worth the time.
const maxComparisons = 50_000

func (j *judge) nearest(name string, valid []string) string {
	if j.compared += len(valid); j.compared > maxComparisons {
		return ""
	}
	return nearest(name, valid)
}

// suggest ends a message with a name, or with another advice when it is empty.
func suggest(near, otherwise string) string {
	if near != "" {
		return "; did you mean \"" + near + "\"?"
	}
	if otherwise == "" {
		return ""
	}
	return "; " + otherwise
}

// maxSuggested bounds the names that are worth comparing.
const maxSuggested = 200

// nearest returns the valid name that differs in the fewest slips of the hand (a letter wrong, missing, added,
// or two swapped), if these are few for its length; "" otherwise.
func nearest(name string, valid []string) string {
	if name == "" || len(name) > maxSuggested {
		return ""
	}
	most := 1 + len(name)/5
	if strings.Contains(name, ".") {
		most = 2 // class names are long and alike
	}
	best, found := most+1, ""
	lower := strings.ToLower(name)
	for _, candidate := range valid {
		d := distance(lower, strings.ToLower(candidate), best+1)
		if d < best || d == best && found != "" && candidate < found {
			best, found = d, candidate
		}
	}
	return found
}

// distance is the optimal string alignment distance of two texts, or limit when it is not less.
func distance(a, b string, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(b) > maxSuggested {
		return limit
	}
	var rows [3][maxSuggested + 1]int
	before, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for k := range last {
		last[k] = k
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for k := 1; k <= len(b); k++ {
			cost := 1
			if a[i-1] == b[k-1] {
				cost = 0
			}
			row[k] = min(last[k]+1, row[k-1]+1, last[k-1]+cost)
			if i > 1 && k > 1 && a[i-1] == b[k-2] && a[i-2] == b[k-1] {
				row[k] = min(row[k], before[k-2]+1)
			}
			least = min(least, row[k])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
