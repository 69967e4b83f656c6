package kestra_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client calls one server with its credentials.
type client struct {
	t      *testing.T
	server *kestra.Server
	http   *http.Client
	// token, if set, replaces the basic credentials.
	token string
}

func newClient(t *testing.T, options kestra.Options) *client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t: t, server: kestra.Start(t, options), http: &http.Client{Transport: transport}}
}

// response is an answer, read to its end.
type response struct {
	status int
	header http.Header
	body   []byte
}

// json is the body as JSON values.
func (r response) json(t *testing.T) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(r.body, &value); err != nil {
		t.Fatalf("decode %q: %v", r.body, err)
	}
	return value
}

func (c *client) try(method, path, contentType string, body []byte) (response, error) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL()+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	} else {
		r.SetBasicAuth(c.server.Credentials().Username, c.server.Credentials().Password)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	return response{status: answer.StatusCode, header: answer.Header, body: content}, err
}

func (c *client) call(method, path, contentType, body string) response {
	c.t.Helper()
	answer, err := c.try(method, path, contentType, []byte(body))
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer
}

// want calls and fails on another status.
func (c *client) want(status int, method, path, contentType, body string) response {
	c.t.Helper()
	answer := c.call(method, path, contentType, body)
	if answer.status != status {
		c.t.Fatalf("%s %s: status %d, want %d\n%s", method, path, answer.status, status, answer.body)
	}
	return answer
}

const (
	yamlType = "application/x-yaml"
	textType = "text/plain"
)

func (c *client) upload(status int, namespace, path, filename, content string) {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("fileContent", filename)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := io.WriteString(part, content); err != nil {
		c.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.want(status, http.MethodPost, "/api/v1/main/namespaces/"+namespace+"/files?path="+path,
		form.FormDataContentType(), body.String())
}

// helloFlow is a flow that every judge takes.
func helloFlow(id string, extra ...string) string {
	return "id: " + id + "\nnamespace: company.team\n" + strings.Join(extra, "\n") + "\ntasks:\n" +
		"  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n"
}

const (
	flows   = "/api/v1/main/flows"
	oneFlow = "/api/v1/main/flows/company.team/hello"
)
