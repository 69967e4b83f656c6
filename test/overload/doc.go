// Package overload shows that more work than the operator or Kestra can do at once makes it slow and nothing worse:
// admission stays below its deadline, memory is bounded, who is not concerned still progresses, and all is done in the
// end.
//
// Times are printed, and none is asserted but the deadline of the API server for a webhook.
package overload
