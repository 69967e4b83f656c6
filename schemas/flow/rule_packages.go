package flow

import (
	"fmt"
	"strings"
)

// packageMove is what became of all types of a package.
type packageMove struct {
	Change
	line    string
	removed bool
}

// packageMoves are the packages of plugins that a line deprecates or removes, the newest line first: it has the last
// word.
var packageMoves = packageMovesOf(versions)

func packageMovesOf(versions []Version) []packageMove {
	var moves []packageMove
	add := func(changes []Change, line string, removed bool) {
		for _, change := range changes {
			if change.On == "type" && strings.HasSuffix(change.Name, ".*") && change.Name != conditionPackage+"*" {
				moves = append(moves, packageMove{change, line, removed})
			}
		}
	}
	for i := len(versions) - 1; i >= 0; i-- {
		add(versions[i].Removes, versions[i].Line, true)
		add(versions[i].Deprecates, versions[i].Line, false)
	}
	return moves
}

// movedPackage says what became of the package of a type; "" when nothing did.
func movedPackage(name string) string {
	for _, move := range packageMoves {
		if !strings.HasPrefix(name, strings.TrimSuffix(move.Name, "*")) {
			continue
		}
		if move.removed {
			return fmt.Sprintf("use %s: Kestra %s has no %s", move.Instead, move.line, move.Name)
		}
		return fmt.Sprintf("use %s: %s is deprecated since Kestra %s", move.Instead, move.Name, move.line)
	}
	return ""
}
