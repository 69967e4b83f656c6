package kestra_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestFaults(t *testing.T) {
	const dropped = 0
	for name, tc := range map[string]struct {
		match      kestra.Matcher
		fault      kestra.Fault
		times      int
		want       []int
		wantStored bool
	}{
		"once, then as usual":       {kestra.WriteCall, kestra.Fault{Status: 503}, 1, []int{503, 200}, true},
		"the second call only":      {kestra.Nth(2, kestra.Every), kestra.Fault{Status: 502}, kestra.Always, []int{200, 502, 422}, true},
		"always":                    {kestra.Call(http.MethodPost, "/flows"), kestra.Fault{Status: 500}, kestra.Always, []int{500, 500}, false},
		"other calls are spared":    {kestra.Call(http.MethodPut, ""), kestra.Fault{Status: 500}, kestra.Always, []int{200}, true},
		"dropped before it counted": {kestra.Every, kestra.Fault{Drop: true}, 1, []int{dropped}, false},
		"dropped after it counted":  {kestra.Every, kestra.Fault{Drop: true, Carried: true}, 1, []int{dropped, 422}, true},
		"told wrongly":              {kestra.Every, kestra.Fault{Status: 504, Carried: true}, 1, []int{504}, true},
		"late":                      {kestra.Every, kestra.Fault{Delay: time.Millisecond}, 1, []int{200}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{})
			c.server.Fail(tc.match, tc.fault, tc.times)
			var got []int
			for range tc.want {
				answer, _ := c.try(http.MethodPost, flows, yamlType, []byte(helloFlow("hello")))
				got = append(got, answer.status)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("statuses (-want +got)\n%s", diff)
			}
			if _, stored := c.server.Flow("main", "company.team", "hello"); stored != tc.wantStored {
				t.Errorf("stored %v, want %v", stored, tc.wantStored)
			}
		})
	}
}

func TestAServerThatIsDownComesBackWithWhatItHad(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.PutFlow("main", "company.team", "hello", helloFlow("hello"))
	c.server.SetDown(true)
	if answer, err := c.try(http.MethodGet, oneFlow, "", nil); err == nil {
		t.Errorf("a server that is down answered %d", answer.status)
	}
	c.server.SetDown(false)
	c.want(200, http.MethodGet, oneFlow, "", "")
}

func TestCallsBeyondTheRateAreToldToRetry(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.SetRateLimit(0.001)
	c.want(404, http.MethodGet, oneFlow, "", "")
	if got := c.want(429, http.MethodGet, oneFlow, "", "").header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q", got)
	}
	c.server.Heal()
	c.want(404, http.MethodGet, oneFlow, "", "")
}

func TestAHangingCallEndsWithItsCallerOrTheServer(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.Fail(kestra.Every, kestra.Fault{Hang: true}, kestra.Always)
	t.Run("the caller gives up", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server.URL()+oneFlow, nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := c.http.Do(r); err == nil {
			_ = answer.Body.Close()
			t.Errorf("answered %d", answer.StatusCode)
		}
	})
	t.Run("the server closes", func(t *testing.T) {
		ended := make(chan error, 1)
		go func() {
			_, err := c.try(http.MethodGet, oneFlow, "", nil)
			ended <- err
		}()
		c.server.Close()
		if err := <-ended; err == nil {
			t.Error("answered after all")
		}
	})
}
