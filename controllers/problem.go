package controllers

import (
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// maxConditionMessage bounds a message in status, in bytes. The API server's own bound is 32 768.
const maxConditionMessage = 2000

// problem is why Kestra does not hold what an object wants, in the words of its conditions.
type problem struct {
	reason  string
	message string
	// refused is true when the operator's own judge is why: Admitted is False, and Synced is left as it was.
	refused bool
	// undecided is true when Kestra, which has the last word on the object, could not be asked.
	undecided bool
	// stalled is true when trying again does not help until someone changes something. The target is looked at
	// again after the interval all the same.
	stalled bool
	// after is when to try again, where something better than the usual backoff is known.
	after time.Duration
}

func (p *problem) Error() string { return p.reason + ": " + p.message }

// refusal is the problem of an object that the judge does not admit.
func refusal(errs field.ErrorList) error {
	return &problem{
		reason:  v1alpha1.ReasonValidationError,
		message: "Kestra is left as it is: " + errs.ToAggregate().Error(),
		refused: true,
		stalled: true,
	}
}

// notHeld is the problem of a write that was answered with success and that Kestra does not show: something
// between the two answered, or somebody wrote at the same moment.
func notHeld(target kestra.Target) error {
	return &problem{
		reason:  v1alpha1.ReasonUnavailable,
		message: target.String() + ": the write was answered with success, but Kestra does not hold it; it is tried again",
	}
}

// asProblem translates an error of the Kestra client. Any other error is returned as it is.
func asProblem(err error) error {
	var answer *kestra.Error
	switch {
	case err == nil || !errors.As(err, &answer):
		return err
	case kestra.IsUnauthorized(err):
		return &problem{
			reason: v1alpha1.ReasonUnauthorized,
			message: err.Error() + "; check the operator's own credentials, and that they may do this " +
				"(Kestra Enterprise lets only service accounts change read-only flows)",
			after: answer.RetryAfter,
		}
	case kestra.IsTerminal(err):
		return &problem{reason: v1alpha1.ReasonRejected, message: err.Error(), stalled: true}
	default:
		return &problem{reason: v1alpha1.ReasonUnavailable, message: err.Error(), after: answer.RetryAfter}
	}
}
