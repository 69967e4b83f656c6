package faults_test

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

func TestTheWorldConvergesWhicheverCallToKestraFails(t *testing.T) {
	failEach(t, "Kestra", scenarios, faults.KestraWays(longSilence), (*operator).kestraProxy)
}
