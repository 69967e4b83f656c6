package webhooks_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"

	"github.com/kestra-operator/kestra-operator/webhooks"
)

const reviewed = `{"apiVersion":"admission.k8s.io/%s","kind":"AdmissionReview","request":{"uid":"the-request","operation":"%s",` +
	`"kind":{"group":"model.kestra.io","version":"v1alpha1","kind":"KestraKeyValue"},"object":%s,"oldObject":%s}}`

const goodEntry = `{"apiVersion":"model.kestra.io/v1alpha1","kind":"KestraKeyValue","metadata":{"name":"a","namespace":"b"},` +
	`"spec":{"namespace":"company.team","key":"k","value":"v"}}`

// A request that nobody but the API server should send is answered, and only one that is understood is allowed.
func TestOnlyARequestThatIsUnderstoodIsAllowed(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	review := func(version, operation, object string) string {
		return fmt.Sprintf(reviewed, version, operation, object, object)
	}
	cases := map[string]struct {
		contentType, body string
		want              bool
	}{
		"a creation":                      {"application/json", review("v1", "CREATE", goodEntry), true},
		"the version before":              {"application/json", review("v1beta1", "CREATE", goodEntry), true},
		"an update":                       {"application/json", review("v1", "UPDATE", goodEntry), true},
		"a deletion, which nobody judges": {"application/json", review("v1", "DELETE", goodEntry), true},
		"an unknown operation":            {"application/json", review("v1", "CONNECT", goodEntry), false},
		"no operation":                    {"application/json", review("v1", "", goodEntry), false},
		"no object":                       {"application/json", review("v1", "CREATE", "null"), false},
		"an object of another shape":      {"application/json", review("v1", "CREATE", `{"spec":{"value":7}}`), false},
		"another kind":                    {"application/json", review("v1", "CREATE", `{"apiVersion":"v1","kind":"Pod"}`), false},
		"no request":                      {"application/json", `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, false},
		"no JSON":                         {"application/json", "hello", false},
		"nothing":                         {"application/json", "", false},
		"another content":                 {"text/plain", review("v1", "CREATE", goodEntry), false},
		"a body beyond 7 MiB":             {"application/json", strings.Repeat(" ", 7<<20) + review("v1", "CREATE", goodEntry), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			answer := send(t, tc.contentType, strings.NewReader(tc.body))
			if answer.Response == nil || answer.Response.Allowed != tc.want {
				t.Fatalf("the answer is %+v, want allowed: %v", answer.Response, tc.want)
			}
			if tc.want && (answer.Response.UID != "the-request" || !strings.Contains(tc.body, answer.APIVersion)) {
				t.Errorf("the answer is to %q, of %s", answer.Response.UID, answer.APIVersion)
			}
		})
	}
}

// send posts a body to the webhook of key-values, and returns its answer.
func send(t *testing.T, contentType string, body io.Reader) admissionv1.AdmissionReview {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), pollTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+served+"/validate-model-kestra-io-v1alpha1-kestrakeyvalue?timeout=1s", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	caller := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // its certificate is not the subject
	defer caller.CloseIdleConnections()
	response, err := caller.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }() // was read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer admissionv1.AdmissionReview
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&answer); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return answer
}

// The sender says that it waits for a second, begins a body and never ends it.
func TestABodyThatNeverEndsEndsWithTheSendersPatience(t *testing.T) {
	serveWebhooks(t, webhooks.Options{})
	body, rest := io.Pipe()
	defer func() { _ = rest.Close() }()            // lets the client go
	go func() { _, _ = rest.Write([]byte("{")) }() // fails when the answer came before
	if answer := send(t, "application/json", body); answer.Response == nil || answer.Response.Allowed {
		t.Errorf("the answer is %+v, want a refusal", answer.Response)
	}
}
