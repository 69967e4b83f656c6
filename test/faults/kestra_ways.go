package faults

import (
	"net/http"
	"time"
)

const (
	htmlType  = "text/html; charset=utf-8"
	jsonType  = "application/json"
	loginPage = `<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login" method="post">` +
		`<input name="username"><input name="password" type="password"></form></body></html>`
	missingPage = `<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>`
	gatewayPage = `<html><head><title>Bad Gateway</title></head><body><center><h1>Bad Gateway</h1></center></body></html>`
)

// KestraWays are the ways in which a call to Kestra fails. The timeout is longer than the caller's patience.
func KestraWays(timeout time.Duration) []Way {
	return []Way{
		Refused(),
		ResetBefore(),
		ResetAfter(),
		SilentBefore(timeout),
		SilentAfter(timeout),
		Answer("429", http.StatusTooManyRequests, "", "", "Retry-After", "1"),
		Answer("500", http.StatusInternalServerError, jsonType, `{"message":"Internal Server Error"}`),
		Answer("502", http.StatusBadGateway, htmlType, gatewayPage),
		Answer("503", http.StatusServiceUnavailable, "", "", "Retry-After", "1"),
		Answer("504", http.StatusGatewayTimeout, htmlType, gatewayPage),
		Answer("404 page", http.StatusNotFound, htmlType, missingPage),
		Answer("404 with nothing", http.StatusNotFound, "", ""),
		Answer("404 of a gateway", http.StatusNotFound, jsonType, `{"message":"Not Found"}`),
		AnswerAfter("500 after", http.StatusInternalServerError, jsonType, `{"message":"Internal Server Error"}`),
		AnswerAfter("504 after", http.StatusGatewayTimeout, htmlType, gatewayPage),
		Truncated(),
		Slow(timeout),
		Answer("login page", http.StatusOK, htmlType, loginPage),
		Answer("redirect", http.StatusFound, htmlType, loginPage, "Location", "/login"),
		Answer("wrong JSON", http.StatusOK, jsonType, `{"name":"something else"}`),
		Answer("200 with an error", http.StatusOK, jsonType, `{"message":"Internal Server Error","_embedded":{"errors":[]}}`),
		Answer("200 with nothing", http.StatusOK, "", ""),
		Huge(hugeBody),
	}
}
