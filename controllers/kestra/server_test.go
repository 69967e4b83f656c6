package kestra

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServer(t *testing.T) {
	newest := Server{Version: NewestMajor, Assumed: true}
	cases := map[string]struct {
		status  int
		body    string
		want    Server
		wantErr bool
	}{
		"a server that tells":   {200, `{"version":"1.3.25","edition":"OSS","pluginsHash":42}`, Server{"1.3.25", OpenSource, 42, false}, false},
		"an old one":            {200, `{"version":"0.24.1"}`, Server{Version: "0.24.1"}, false},
		"asks for credentials":  {401, ``, newest, false},
		"forbids":               {403, ``, newest, false},
		"has moved the route":   {404, notFound, newest, false},
		"is behind a proxy":     {404, ``, Server{}, true},
		"answers with an error": {400, ``, Server{}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, tc.status, tc.body) })
			got, err := client.Server(t.Context())
			if (err != nil) != tc.wantErr {
				t.Fatalf("error = %v, want one: %v", err, tc.wantErr)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("server (-want +got):\n%s", diff)
			}
		})
	}
}
