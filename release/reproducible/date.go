package reproducible

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Date is when files say that they were made: the variable SOURCE_DATE_EPOCH, in seconds since 1970, or another time
// where that is not set.
func Date(otherwise time.Time) (time.Time, error) {
	epoch := os.Getenv("SOURCE_DATE_EPOCH")
	if epoch == "" {
		return otherwise, nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
