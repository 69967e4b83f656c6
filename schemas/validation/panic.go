package validation

import (
	"fmt"
	"runtime"
)

// DescribePanic tells of what recover returned what is fit for a log. Only the runtime's own words are known to quote
// nothing: anything else may hold the source or the value that was worked on.
func DescribePanic(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a panic with a %T", cause)
}
