package reproducible

import (
	"testing"
	"time"
)

func TestFilesAreDatedAsTheSource(t *testing.T) {
	otherwise := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		epoch string
		want  time.Time
		wrong bool
	}{
		"seconds":   {"1700000000", time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC), false},
		"nothing":   {"", otherwise, false},
		"no number": {"yesterday", time.Time{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SOURCE_DATE_EPOCH", test.epoch)
			got, err := Date(otherwise)
			if !got.Equal(test.want) || (err != nil) != test.wrong {
				t.Errorf("got %s, %v; want %s, an error: %t", got, err, test.want, test.wrong)
			}
		})
	}
}
