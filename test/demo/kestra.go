package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

// kestraServer is the Kestra of the story, as a person with curl sees it.
type kestraServer struct {
	url         string
	environment []string // credentials for the operator
	authorize   func(*http.Request)
	out         *console
	close       func()
	// development is nil when the server is a real one.
	development *kestra.Server
}

// openKestra starts the development Kestra, or takes the real one that the environment names.
func openKestra(out *console, options kestra.Options) (*kestraServer, error) {
	if url := os.Getenv("KESTRA_URL"); url != "" {
		return realKestra(out, url)
	}
	server := kestra.NewServer(options)
	if err := server.Listen("127.0.0.1:0"); err != nil {
		return nil, err
	}
	credentials := server.Credentials()
	out.say("the development Kestra %s listens on %s", server.Version(), server.URL())
	return &kestraServer{
		url:         server.URL(),
		environment: []string{"KESTRA_API_BASIC_AUTH=" + credentials.Username + ":" + credentials.Password},
		authorize:   func(r *http.Request) { r.SetBasicAuth(credentials.Username, credentials.Password) },
		out:         out,
		close:       server.Close,
		development: server,
	}, nil
}

func realKestra(out *console, url string) (*kestraServer, error) {
	k := &kestraServer{url: strings.TrimRight(url, "/"), out: out, close: func() {}}
	basic, key := os.Getenv("KESTRA_BASIC_AUTH"), os.Getenv("KESTRA_API_KEY")
	user, password, isPair := strings.Cut(basic, ":")
	switch {
	case key != "":
		k.environment = []string{"KESTRA_API_API_KEY=" + key}
		k.authorize = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
	case isPair:
		k.environment = []string{"KESTRA_API_BASIC_AUTH=" + basic}
		k.authorize = func(r *http.Request) { r.SetBasicAuth(user, password) }
	default:
		return nil, fmt.Errorf("KESTRA_URL is set: set KESTRA_BASIC_AUTH (user:password) or KESTRA_API_KEY too")
	}
	out.say("the Kestra at %s is used; everything happens in its namespace %s", k.url, kestraNamespace)
	return k, nil
}

// request shows a request, sends it and returns status and body.
func (k *kestraServer) request(ctx context.Context, method, path, body string) (int, string, error) {
	k.out.command(method + " " + path)
	return k.quietly(ctx, method, path, body)
}

func (k *kestraServer) quietly(ctx context.Context, method, path, body string) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, k.url+"/api/v1/main"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-yaml")
	}
	k.authorize(request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

// flowPath of a flow of the story.
func flowPath(id string) string { return "/flows/" + kestraNamespace + "/" + id }

// helloSource reads the story's main flow back; it is an error when Kestra does not hold it.
func (k *kestraServer) helloSource(ctx context.Context) (string, error) {
	status, body, err := k.quietly(ctx, http.MethodGet, flowPath("hello")+"?source=true", "")
	if err != nil {
		return "", err
	}
	var flow struct {
		Source string `json:"source"`
	}
	if err := json.Unmarshal([]byte(body), &flow); status != http.StatusOK || err != nil {
		return "", fmt.Errorf("read the flow hello: status %d", status)
	}
	return flow.Source, nil
}
