package operator

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/catalog"
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
