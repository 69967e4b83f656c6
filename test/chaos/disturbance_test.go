package chaos

import (
	"context"
	"crypto/x509"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/process"
)

// disturbance does something to the world, waits for a while in between, and puts it right again.
type disturbance struct {
	name string
	do   func(w *world, which int, pause func(most time.Duration)) error
}

// ownTroubles are what happens to the operator's processes, lease and certificates.
var ownTroubles = []disturbance{
	{"kill -9 of a replica", func(w *world, which int, pause func(time.Duration)) error {
		r := w.replicas[which%replicaCount]
		r.Kill()
		pause(4 * time.Second)
		r.Start()
		return nil
	}},
	{"kill -9 of every replica", func(w *world, _ int, pause func(time.Duration)) error {
		for _, r := range w.replicas {
			r.Kill()
		}
		pause(3 * time.Second)
		for _, r := range w.replicas {
			r.Start()
		}
		return nil
	}},
	{"clean stop of a replica", func(w *world, which int, pause func(time.Duration)) error {
		r := w.replicas[which%replicaCount]
		r.Stop()
		pause(2 * time.Second)
		r.Start()
		return nil
	}},
	{"a replica that is frozen for longer than its lease", func(w *world, which int, pause func(time.Duration)) error {
		r := w.replicas[which%replicaCount]
		r.Signal(syscall.SIGSTOP)
		pause(20 * time.Second)
		w.thaw(r)
		return nil
	}},
	{"a lease that is gone", func(w *world, _ int, _ func(time.Duration)) error {
		gone := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: process.Namespace, Name: process.Lease}}
		return client.IgnoreNotFound(w.client.Delete(w.t.Context(), gone))
	}},
	{"a new certificate authority", func(w *world, _ int, _ func(time.Duration)) error {
		return w.replaceCertificate(func(secret *corev1.Secret) error { secret.Data = nil; return nil })
	}},
	{"a certificate that has expired", func(w *world, _ int, _ func(time.Duration)) error {
		now := time.Now()
		return w.replaceCertificate(func(secret *corev1.Secret) error { return issue(secret, now.Add(-2*time.Hour), now.Add(-time.Hour)) })
	}},
	{"a certificate by a clock an hour ahead", func(w *world, _ int, _ func(time.Duration)) error {
		ahead := time.Now().Add(time.Hour)
		return w.replaceCertificate(func(secret *corev1.Secret) error {
			return issue(secret, ahead.Add(-time.Hour), ahead.AddDate(10, 0, 0))
		})
	}},
	{"webhooks that trust nobody", func(w *world, _ int, _ func(time.Duration)) error {
		configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
		if err := w.client.Get(w.t.Context(), client.ObjectKey{Name: process.Validating}, configuration); err != nil {
			return err
		}
		for i := range configuration.Webhooks {
			configuration.Webhooks[i].ClientConfig.CABundle = nil
		}
		return w.client.Update(w.t.Context(), configuration)
	}},
}

// surroundings are what happens to Kestra and to the API server.
var surroundings = []disturbance{
	{"Kestra away", func(w *world, _ int, pause func(time.Duration)) error {
		w.kestra.SetDown(true)
		pause(6 * time.Second)
		w.kestra.SetDown(false)
		return nil
	}},
	{"calls of Kestra that fail though carried out", func(w *world, which int, _ func(time.Duration)) error {
		ways := []devkestra.Fault{
			{Drop: true, Carried: true}, {Status: 503, Carried: true}, {Status: 500}, {Drop: true},
			{Status: 200, Body: "<html>"}, {Status: 429}, {Status: 401},
		}
		w.kestra.Fail(devkestra.Every, ways[which%len(ways)], 1+which%7)
		return nil
	}},
	{"a slow Kestra", func(w *world, _ int, pause func(time.Duration)) error {
		w.kestra.SetLatency(700 * time.Millisecond)
		pause(8 * time.Second)
		w.kestra.SetLatency(0)
		return nil
	}},
	{"restart of the API server", func(w *world, _ int, pause func(time.Duration)) error {
		if err := w.plane.StopAPIServer(); err != nil {
			return err
		}
		pause(2 * time.Second)
		return w.plane.StartAPIServer()
	}},
	{"a clock of Kestra that jumps an hour", func(w *world, which int, pause func(time.Duration)) error {
		by := jump
		if which%2 == 1 || w.expiring { // ahead once in a round: what expires may be taken for deleted, once
			by = -by
		}
		w.expiring = w.expiring || by > 0
		w.kestra.Clock.Advance(by)
		return nil
	}},
}

// disturb does one of the disturbances after the other. It returns when all are put right again, those apart that the
// operator has to put right.
func (w *world) disturb(until context.Context, disturbances []disturbance, random *rand.Rand) {
	pause := func(most time.Duration) {
		select {
		case <-until.Done():
		case <-time.After(most/2 + time.Duration(random.Int64N(int64(most/2)))):
		}
	}
	for until.Err() == nil {
		d, which := disturbances[random.IntN(len(disturbances))], random.IntN(1<<20)
		w.count("disturbance: " + d.name)
		// Another disturbance may stand in the way of this one; then there was only the other.
		if err := d.do(w, which, pause); err != nil && w.t.Context().Err() == nil {
			w.count("disturbances that did not succeed")
			w.t.Logf("%s: %v", d.name, err)
		}
		pause(3 * time.Second)
	}
}

// thawing is how long a replica that was frozen takes at most to see that it leads no more, and to end. What it had begun
// before, it may still write until then: Kestra's API has no conditional writes.
const thawing = 10 * time.Second

// thaw lets a replica go on, and waits until it has seen what it missed.
func (w *world) thaw(r *process.Replica) {
	ends := r.Ends()
	r.Signal(syscall.SIGCONT)
	_ = wait.PollUntilContextTimeout(w.t.Context(), pollInterval, thawing, true, func(context.Context) (bool, error) {
		return r.Ends() > ends, nil
	})
}

// heal ends whatever disturbs.
func (w *world) heal() {
	w.kestra.Heal()
	for _, r := range w.replicas {
		r.Start()
	}
	w.expire()
}

// expire lets every key-value with a time to live be gone, when the clock of Kestra has jumped beyond it. One that an object
// keeps comes back.
func (w *world) expire() {
	if !w.expiring {
		return
	}
	w.expiring = false
	for _, t := range w.targets() {
		if t.kind.name == keyValueKind.name && mayExpire(t.name) {
			t.mayHold(absent)
		}
	}
}

func (w *world) replaceCertificate(change func(*corev1.Secret) error) error {
	secret := &corev1.Secret{}
	if err := w.client.Get(w.t.Context(), client.ObjectKey{Namespace: process.Namespace, Name: process.CertificateSecret}, secret); err != nil {
		return err
	}
	if err := change(secret); err != nil {
		return err
	}
	w.spoilt.Add(1)
	return w.client.Update(w.t.Context(), secret)
}

// issue puts an authority and a certificate into the Secret that are good for a time.
func issue(secret *corev1.Secret, from, until time.Time) error {
	r := &rotator.CertRotator{
		CAName: "kestra-operator-ca", CAOrganization: "kestra-operator", DNSName: process.ServiceName + "." + process.Namespace + ".svc",
		ExtKeyUsages: &[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	authority, err := r.CreateCACert(from, until)
	if err != nil {
		return err
	}
	certificate, key, err := r.CreateCertPEM(authority, from, until)
	if err != nil {
		return err
	}
	secret.Data = map[string][]byte{"ca.crt": authority.CertPEM, "ca.key": authority.KeyPEM, corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key}
	return nil
}
