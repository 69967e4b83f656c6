package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func upgradesWithoutFailures(t *testing.T, r release, _ kestraPod) {
	load := r.startLoad(t, "load")
	began := time.Now()
	r.upgrade(t, "--set", "podAnnotations.restarted=once")
	took := time.Since(began)
	r.awaitOnly(t, 2)
	load.finishWithoutFailure(t, "rolling upgrade")
	report(t, "rolling upgrade of 2 replicas: %.1f s", took.Seconds())
}

func drainsWithoutFailures(t *testing.T, r release, _ kestraPod) {
	load := r.startLoad(t, "load")
	began := time.Now()
	r.kubectl(t, "drain", "node-1", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s")
	took := time.Since(began)
	r.awaitOnly(t, 2)
	load.finishWithoutFailure(t, "drain of a node")
	report(t, "drain of a node: %.1f s", took.Seconds())
	r.kubectl(t, "uncordon", "node-1")
	r.kubectl(t, "wait", "deployment", "--all", "--all-namespaces", "--for=condition=Available", "--timeout=120s")
}

// awaitOnly waits until no pods but so many ready ones are there: those that end still answer for a while.
func (r release) awaitOnly(t testing.TB, replicas int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d ready replicas and no others are there", replicas), func(ctx context.Context) error {
		pods, err := r.pods(ctx)
		if err != nil {
			return err
		}
		for _, pod := range pods {
			if !isReady(pod) {
				return fmt.Errorf("%s is %s and not ready", pod.Name, pod.Status.Phase)
			}
		}
		if len(pods) != replicas {
			return fmt.Errorf("%d pods", len(pods))
		}
		return nil
	})
}

func isReady(pod corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil
		}
	}
	return false
}

func replacesAKilledLeader(t *testing.T, r release, k kestraPod) {
	load := r.startLoad(t, "load")
	leader := r.leader(t)
	began := time.Now()
	r.kill(t, leader)
	eventually(t, "another one leads", func(ctx context.Context) error {
		holder, err := r.holder(ctx)
		if err == nil && (holder == "" || holder == leader) {
			err = fmt.Errorf("the lease is still held by %q", holder)
		}
		return err
	})
	takeover := time.Since(began)
	if err := r.applyFlow(t.Context(), "load", "after-takeover", "Long live the leader"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new leader writes to Kestra", k.holds(kestraNamespace, "after-takeover", "Long live"))
	writes := time.Since(began)
	r.awaitOnly(t, 2)
	failures := load.finish(t, "killed leader")
	var last time.Duration
	if len(failures) > 0 {
		last = failures[len(failures)-1].at.Sub(began)
		t.Logf("failures while the API server did not know of the death yet:\n%v", sample(failures))
	}
	report(t, "killed leader: another led after %.1f s and wrote after %.1f s; %d applies failed, the last after %.1f s",
		takeover.Seconds(), writes.Seconds(), len(failures), last.Seconds())
	if takeover > 15*time.Second {
		t.Errorf("the takeover took %s, which the lease bounds to 15 s", takeover)
	}
}

// holder is the identity that the release's lease names.
func (r release) holder(ctx context.Context) (string, error) {
	var lease coordinationv1.Lease
	if err := r.admin.Get(ctx, client.ObjectKey{Namespace: r.namespace, Name: r.name + ".model.kestra.io"}, &lease); err != nil {
		return "", err
	}
	if lease.Spec.HolderIdentity == nil {
		return "", nil
	}
	return *lease.Spec.HolderIdentity, nil
}

// leader is the identity of the replica that leads.
func (r release) leader(t testing.TB) (holder string) {
	t.Helper()
	eventually(t, "one replica leads", func(ctx context.Context) (err error) {
		holder, err = r.holder(ctx)
		if err == nil && holder == "" {
			err = errors.New("nobody does")
		}
		return err
	})
	return holder
}

// kill ends a replica as a crash would: its process, at once and without a word to anyone.
func (r release) kill(t testing.TB, holder string) {
	t.Helper()
	name, _, _ := strings.Cut(holder, "_")
	var pod corev1.Pod
	r.get(t, r.namespace, name, &pod)
	if err := syscall.Kill(processOf(t, pod), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func renewsItsCertificate(t *testing.T, r release, _ kestraPod) {
	r.replaceWithoutFailure(t, "renewal by cert-manager", func() { r.renew(t, r.name+"-webhook") })
}

// renewsItsAuthority has cert-manager sign a new authority with the same key, as it does years after an installation.
func renewsItsAuthority(t *testing.T, r release, k kestraPod) {
	r.renew(t, r.name+"-webhook-ca")
	r.replaceWithoutFailure(t, "renewal of cert-manager's authority", func() { r.renew(t, r.name+"-webhook") })
	eventually(t, "the new authority is trusted", func(context.Context) error { return r.untrusted(t) })
}

// replacesItsAuthority has cert-manager make a new authority with another key, as after a leak.
func replacesItsAuthority(t *testing.T, r release, k kestraPod) {
	r.replace(t, "new authority by cert-manager", func() {
		r.kubectl(t, "delete", "secret", r.name+"-webhook-ca", "--namespace", r.namespace)
		eventually(t, "the new authority is there", func(ctx context.Context) error {
			return r.admin.Get(ctx, client.ObjectKey{Namespace: r.namespace, Name: r.name + "-webhook-ca"}, &corev1.Secret{})
		})
		r.renew(t, r.name+"-webhook")
	})
	eventually(t, "the new authority is trusted", func(context.Context) error { return r.untrusted(t) })
}

// renew asks cert-manager for a new certificate, as its command line tool does.
func (r release) renew(t testing.TB, certificate string) {
	t.Helper()
	r.kubectl(t, "patch", "certificate", certificate, "--namespace", r.namespace, "--subresource=status", "--type=merge",
		`--patch={"status":{"conditions":[{"type":"`+string(certmanagerv1.CertificateConditionIssuing)+`","status":"True","reason":"Test","message":"renewal"}]}}`)
}
