package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/test/clock"
)

// jump is how far a clock of the operator's goes, ahead of all others or behind them.
const jump = time.Hour

// clockTroubles are what happens to the clocks of the operator's processes. None is put right: until the next jump all must
// work with these, checks included.
var clockTroubles = []disturbance{
	{"the clock of one replica jumps an hour ahead", func(w *world, which int, pause func(time.Duration)) error {
		return w.setClock(which%replicaCount, jump, pause)
	}},
	{"the clock of one replica jumps an hour back", func(w *world, which int, pause func(time.Duration)) error {
		return w.setClock(which%replicaCount, -jump, pause)
	}},
	{"the clock of one replica is put right", func(w *world, which int, pause func(time.Duration)) error {
		return w.setClock(which%replicaCount, 0, pause)
	}},
	{"the clocks of all replicas jump an hour ahead", func(w *world, _ int, pause func(time.Duration)) error {
		return w.setClocks(jump, pause)
	}},
	{"the clocks of all replicas jump an hour back", func(w *world, _ int, pause func(time.Duration)) error {
		return w.setClocks(-jump, pause)
	}},
	{"the clocks of all replicas are put right", func(w *world, _ int, pause func(time.Duration)) error {
		return w.setClocks(0, pause)
	}},
}

// makeClocks gives every replica a clock of its own, and returns the flags to compile the program with.
func (w *world) makeClocks() []string {
	w.t.Helper()
	folder := w.t.TempDir()
	flags, err := clock.Flags(folder)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range replicaCount {
		c, err := clock.New(filepath.Join(folder, fmt.Sprint("clock", i)))
		if err != nil {
			w.t.Fatal(err)
		}
		w.clocks = append(w.clocks, c)
	}
	return flags
}

func (w *world) setClock(replica int, ahead time.Duration, pause func(time.Duration)) error {
	err := w.clocks[replica].Set(ahead)
	pause(4 * time.Second)
	return err
}

func (w *world) setClocks(ahead time.Duration, pause func(time.Duration)) error {
	for _, c := range w.clocks {
		if err := c.Set(ahead); err != nil {
			return err
		}
	}
	pause(4 * time.Second)
	return nil
}

// disturbClocks lets the clocks jump, if they can.
func (w *world) disturbClocks(until context.Context, random *rand.Rand) {
	if w.clocks != nil {
		w.disturb(until, clockTroubles, random)
	}
}

// jumpApart sets each replica's clock to another time, ahead, right or behind, and each to another than in the last round.
func (w *world) jumpApart(round int) {
	w.t.Helper()
	times := []time.Duration{jump, -jump, 0}
	for i, c := range w.clocks {
		if err := c.Set(times[(round+i)%len(times)]); err != nil {
			w.fatal("set a clock: %v", err)
		}
	}
}

// checkCertificates counts how often the operator has made a certificate: once, and once more for each that was spoilt.
func (w *world) checkCertificates() {
	made := 0
	for _, r := range w.replicas {
		text, err := r.Text()
		if err != nil {
			w.fatal("read a log: %v", err)
		}
		made += strings.Count(text, `"server certs refreshed"`)
	}
	if spoilt := int(w.spoilt.Load()); made > 1+spoilt {
		w.differs("%d certificates were made, though only %d were spoilt", made, spoilt)
	}
	w.most("certificates that were made", made)
}

// certifyForClocksBehind gives the API server a certificate that was valid an hour ago: no client whose clock is behind takes
// one that is only just made.
func certifyForClocksBehind(s *envtest.APIServer) error {
	certificate, key, err := cert.GenerateSelfSignedCertKey("127.0.0.1", nil, []string{"localhost"})
	if err != nil {
		return err
	}
	s.CA = certificate
	// Those of service accounts, which nobody uses here, are only made with the others.
	for name, content := range map[string][]byte{"apiserver.crt": certificate, "apiserver.key": key, "sa-signer.crt": certificate, "sa-signer.key": key} {
		if err := os.WriteFile(filepath.Join(s.CertDir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
