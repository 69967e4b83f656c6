package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestItServesUntilItIsInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	output, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-basic-auth", "a@b.c:Secret12", "-version", "2.0.8"}, stdout, io.Discard)
	}()
	url, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSpace(url)+"/api/v1/configs", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("a@b.c", "Secret12")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if body, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || !strings.Contains(string(body), `"2.0.8"`) {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestArgumentsThatMakeNoServer(t *testing.T) {
	for name, args := range map[string][]string{
		"an unknown edition":         {"-edition", "XL"},
		"a version that is none":     {"-version", "latest"},
		"credentials without a half": {"-basic-auth", "someone"},
		"a schema that is not there": {"-schema", "missing.json"},
		"an unknown flag":            {"-colour"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
				t.Error("it started")
			}
		})
	}
}
