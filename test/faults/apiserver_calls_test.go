package faults_test

import (
	"testing"
	"time"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

// silence of the API server ends after this: its clients would wait as long as it takes.
const silence = 2 * time.Second

func TestTheWorldConvergesWhicheverCallToTheAPIServerFails(t *testing.T) {
	failEach(t, "API server", kinds, append(scenarios, start, comeback), faults.APIServerWays(silence), (*operator).apiProxy)
}
