package operator

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/catalog"
	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func TestAdmissionAsksKestraAsTheModeSays(t *testing.T) {
	for mode, want := range map[config.ServerCheck]struct{ asks, required bool }{
		config.ServerCheckOff:       {false, false},
		config.ServerCheckPreferred: {true, false},
		config.ServerCheckRequired:  {true, true},
	} {
		options := webhookOptions(config.Config{ServerCheck: mode}, nil, nil, catalog.NewHolder(nil), nil, nil)
		if asks := options.ServerCheck != nil; asks != want.asks || options.ServerCheckRequired != want.required {
			t.Errorf("mode %s: asks %t, required %t; want %t, %t", mode, asks, options.ServerCheckRequired, want.asks, want.required)
		}
	}
}

func TestADryRunAsksKestra(t *testing.T) {
	if asked := askedInADryRun(t, config.ServerCheckPreferred); asked != 1 {
		t.Errorf("Kestra was asked %d times, want once", asked)
	}
}

func TestADryRunAsksNobodyWhenTheCheckIsOff(t *testing.T) {
	if asked := askedInADryRun(t, config.ServerCheckOff); asked != 0 {
		t.Errorf("Kestra was asked %d times, want none", asked)
	}
}

// askedInADryRun counts the calls that admission makes of Kestra: a dry run reaches no controller.
func askedInADryRun(t *testing.T, mode config.ServerCheck) int {
	t.Helper()
	server := kestra.Start(t, kestra.Options{Judge: kestra.AcceptAll})
	w := newWorld(t)
	w.run(t, w.install(t), func(c *config.Config) { c.Kestra.URL, c.ServerCheck = server.URL(), mode })
	eventually(t, "a dry run passes", func() error {
		return w.client.Create(t.Context(), withType("good", "io.kestra.plugin.core.log.Log"), client.DryRunAll)
	})
	return len(server.Requests(func(r kestra.Request) bool { return strings.HasSuffix(r.Path, "/flows/validate") }))
}
