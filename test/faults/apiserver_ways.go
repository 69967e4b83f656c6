package faults

import (
	"fmt"
	"net/http"
	"time"
)

// outageOfAPIServer is how long the API server is away, which is shorter than a real restart: the operator's
// informers wait longer after each attempt, and so would the tests.
const outageOfAPIServer = 300 * time.Millisecond

// longAnswer is an answer of the API server of a size that is wrong, in bytes. Its clients set no bound.
const longAnswer = 8 << 20

// APIServerWays are the ways in which a call to the API server fails. A silence ends after the timeout, as that of a
// server behind a load balancer does: its clients would wait for ever.
func APIServerWays(timeout time.Duration) []Way {
	conflict := status(http.StatusConflict, "Conflict")
	conflict.onlyWrites = true
	return []Way{
		Outage(outageOfAPIServer),
		ResetBefore(),
		ResetAfter(),
		SilentBefore(timeout),
		SilentAfter(timeout),
		status(http.StatusForbidden, "Forbidden"),
		conflict,
		Answer("404 page", http.StatusNotFound, htmlType, missingPage),
		status(http.StatusTooManyRequests, "TooManyRequests", "Retry-After", "1"),
		status(http.StatusInternalServerError, "InternalError"),
		Answer("502", http.StatusBadGateway, htmlType, gatewayPage),
		status(http.StatusServiceUnavailable, "ServiceUnavailable"),
		status(http.StatusGatewayTimeout, "Timeout"),
		AnswerAfter("500 after", http.StatusInternalServerError, jsonType, statusText(http.StatusInternalServerError, "InternalError")),
		AnswerAfter("504 after", http.StatusGatewayTimeout, jsonType, statusText(http.StatusGatewayTimeout, "Timeout")),
		Truncated(),
		Slow(timeout),
		Answer("login page", http.StatusOK, htmlType, loginPage),
		Answer("wrong JSON", http.StatusOK, jsonType, `{"name":"something else"}`),
		Answer("200 with an error", http.StatusOK, jsonType, statusText(http.StatusInternalServerError, "InternalError")),
		Answer("200 with nothing", http.StatusOK, "", ""),
		Huge(longAnswer),
	}
}

// status is an answer as the API server itself gives it.
func status(code int, reason string, header ...string) Way {
	return Answer(fmt.Sprint(code), code, jsonType, statusText(code, reason), header...)
}

func statusText(code int, reason string) string {
	return fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"a test lets this call fail",`+
		`"reason":%q,"code":%d}`, reason, code)
}
