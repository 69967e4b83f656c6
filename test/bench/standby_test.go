package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"

	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
)

// BenchmarkStandby measures a replica that does not lead: it serves admission and has every object in its caches, and the
// leader has no more of them.
func BenchmarkStandby(b *testing.B) {
	flows := fromEnvironment(b, scaleVariable, keptFlows)
	namespace := newNamespace(b, nil)
	applyMany(b, namespace, 0, flows, keptFlowSize)
	leadElsewhere(b, "standby")
	b.Run(fmt.Sprintf("flows=%d", flows), func(b *testing.B) {
		for b.Loop() {
			o := startOperator(b, "standby", devkestra.Start(b, devkestra.Options{}), "--watch-namespaces="+namespace, "--kestra-version=1.3")
			ready := o.awaitReady(b)
			o.awaitRest(b)
			now := o.readMetrics(b)
			b.ReportMetric(milliseconds(ready), "ms-to-ready")
			b.ReportMetric(now.mebibytes(residentMetric), "MiB-resident")
			o.saveHeap(b, fmt.Sprintf("standby-%d", flows))
			b.ReportMetric(o.readMetrics(b).mebibytes(liveMetric), "MiB-live")
			b.ReportMetric(0, "ns/op")
			o.stop(b)
		}
	})
}

// leadElsewhere has somebody else hold the lease of an operator's name.
func leadElsewhere(b testing.TB, name string) {
	b.Helper()
	clients, err := kubernetes.NewForConfig(plane.Config())
	if err != nil {
		b.Fatal(err)
	}
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: name + ".model.kestra.io"},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: ptr.To("somebody else"), LeaseDurationSeconds: ptr.To[int32](24 * 60 * 60),
			AcquireTime: ptr.To(metav1.NowMicro()), RenewTime: ptr.To(metav1.NowMicro()),
		},
	}
	if _, err := clients.CoordinationV1().Leases(operatorNamespace).Create(b.Context(), lease, metav1.CreateOptions{}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = clients.CoordinationV1().Leases(operatorNamespace).Delete(context.Background(), lease.Name, metav1.DeleteOptions{})
	})
}

// awaitRest waits until the operator has nothing left to do, which it has while its caches fill.
func (o *operator) awaitRest(b testing.TB) {
	b.Helper()
	const atRest = 0.02 // seconds of processor time in each window
	const windows = 3   // in a row: on a busy machine it may also wait for the API server
	spent, rested := o.readMetrics(b).sum(cpuMetric, nil), 0
	o.awaitFor(b, syncLimit, "rest", func(context.Context) error {
		pause(b, settling)
		now := o.readMetrics(b).sum(cpuMetric, nil)
		defer func() { spent = now }()
		if rested++; now-spent > atRest*settling.Seconds() {
			rested = 0
		}
		if rested < windows {
			return fmt.Errorf("%.2f s of processor time in %s", now-spent, settling)
		}
		return nil
	})
	pause(b, time.Second)
}
