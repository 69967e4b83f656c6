package faults_test

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/test/faults"
)

func TestTheWorldConvergesWhicheverCallToKestraFails(t *testing.T) {
	failEach(t, "Kestra", kinds, append(scenarios, comeback), faults.KestraWays(longSilence), (*operator).kestraProxy)
}

func TestTheWorldConvergesWhicheverCallToAnotherKestraFails(t *testing.T) {
	failEach(t, "another Kestra", dialects, lives(), faults.KestraWays(longSilence), (*operator).kestraProxy)
}
