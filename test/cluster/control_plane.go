package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kestra-operator/kestra-operator/test/cluster/workdir"
)

const (
	// startTimeout bounds the start of each process; a loaded two-core machine
	// takes up to ten seconds.
	startTimeout = time.Minute
	// stopTimeout is how long a process may take to stop before it is killed.
	stopTimeout = 20 * time.Second
	// etcdQuota is how large etcd's database may become, in bytes; by itself etcd stops at 2 GiB, which a hundred thousand
	// objects reach before they are compacted.
	etcdQuota = 8 << 30
)

// Options for [Start]. The zero value is a control plane with RBAC on free ports
// of 127.0.0.1.
type Options struct {
	// ConfigureAPIServer, when set, changes how the API server is started: its flags
	// (s.Configure().Set("audit-log-path", …)), its address, the files in s.CertDir.
	ConfigureAPIServer func(s *envtest.APIServer) error
	// Log receives progress, such as compilation. Nil discards it.
	Log io.Writer
}

// ControlPlane is a running kube-apiserver with its etcd. It has no controllers
// and no nodes: Pods are stored, not run; namespaces are created, but never finish
// deleting; a Service has a cluster IP (see [Start]), and nothing behind it.
type ControlPlane struct {
	environment envtest.Environment
	dir         *workdir.Dir
	admin       *rest.Config
	kubectl     string
	kubeconfig  string
	stop        func() error
	users       sync.Mutex // held while one is added
}

// Start builds what is missing and starts a control plane. The caller stops it
// with [ControlPlane.Stop]; should the caller be killed, so is the control plane.
//
// Cluster IPs are addresses of this machine's loopback network, so that a process
// that listens on a Service's cluster IP and port is what the API server reaches
// when a webhook configuration names that Service.
func Start(ctx context.Context, options Options) (*ControlPlane, error) {
	if options.Log == nil {
		options.Log = io.Discard
	}
	binaries, err := Build(ctx, options.Log)
	if err != nil {
		return nil, err
	}
	dir, err := workdir.New(ctx)
	if err != nil {
		return nil, err
	}
	c := &ControlPlane{dir: dir, kubectl: binaries[kubectl.Name], kubeconfig: dir.File("admin.kubeconfig")}
	c.stop = sync.OnceValue(c.shutDown)
	if err := c.start(binaries, options); err != nil {
		return nil, errors.Join(fmt.Errorf("start the control plane: %w", err), c.dir.LogTails(), c.Stop())
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the control plane: %w", err), c.Stop())
	}
	return c, nil
}

func (c *ControlPlane) start(binaries map[string]string, options Options) error {
	if err := c.configure(binaries, options); err != nil {
		return err
	}
	admin, err := c.environment.Start()
	if err != nil {
		return err
	}
	c.admin = admin
	return os.WriteFile(c.kubeconfig, c.environment.KubeConfig, 0o600)
}

// configure fills envtest's environment. Folders are given, not left to envtest,
// because those that it makes itself are lost when a process stops, and a restart
// needs the data and certificates of the first start.
func (c *ControlPlane) configure(binaries map[string]string, options Options) error {
	noExistingCluster := false
	c.environment = envtest.Environment{
		UseExistingCluster:       &noExistingCluster,
		ControlPlaneStartTimeout: startTimeout,
		ControlPlaneStopTimeout:  stopTimeout,
	}
	plane := &c.environment.ControlPlane
	plane.KubectlPath = c.kubectl
	plane.Etcd = &envtest.Etcd{DataDir: c.dir.File("data")}
	plane.Etcd.Configure().Set("quota-backend-bytes", strconv.Itoa(etcdQuota))
	apiServer := plane.GetAPIServer()
	apiServer.CertDir = c.dir.File("pki")
	for _, dir := range []string{plane.Etcd.DataDir, apiServer.CertDir} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	apiServer.Configure().
		Set("service-cluster-ip-range", newServiceNetwork()).
		// Without it, a stopping API server waits a minute for watches to end by themselves.
		Set("shutdown-watch-termination-grace-period", "2s")
	if options.ConfigureAPIServer != nil {
		if err := options.ConfigureAPIServer(apiServer); err != nil {
			return err
		}
	}
	return errors.Join(
		c.prepare(binaries[etcd.Name], &plane.Etcd.Path, &plane.Etcd.Out, &plane.Etcd.Err),
		c.prepare(binaries[kubeAPIServer.Name], &apiServer.Path, &apiServer.Out, &apiServer.Err),
	)
}

// prepare sets the path of a guarded binary and the log it writes to.
func (c *ControlPlane) prepare(binary string, path *string, stdout, stderr *io.Writer) error {
	name := filepath.Base(binary)
	script, err := guard(c.dir.File(name), binary)
	if err != nil {
		return err
	}
	log, err := c.dir.Log(name)
	if err != nil {
		return err
	}
	*path, *stdout, *stderr = script, log, log
	return nil
}

// Config is the administrator's access (group system:masters), a copy that the
// caller may change.
func (c *ControlPlane) Config() *rest.Config { return rest.CopyConfig(c.admin) }

// Kubeconfig is the path of the administrator's kubeconfig file, which lives as
// long as the control plane.
func (c *ControlPlane) Kubeconfig() string { return c.kubeconfig }

// StopAPIServer stops the API server and leaves etcd running: an outage.
func (c *ControlPlane) StopAPIServer() error {
	if err := c.environment.ControlPlane.APIServer.Stop(); err != nil {
		return fmt.Errorf("stop the API server: %w", err)
	}
	return nil
}

// StartAPIServer ends an outage: the same address, data, certificates and users.
func (c *ControlPlane) StartAPIServer() error {
	if err := c.environment.ControlPlane.APIServer.Start(); err != nil {
		return errors.Join(fmt.Errorf("start the API server again: %w", err), c.dir.LogTails())
	}
	return nil
}

// Stop stops the processes and removes everything the control plane wrote. Calling
// it again returns the first call's result.
func (c *ControlPlane) Stop() error { return c.stop() }

func (c *ControlPlane) shutDown() error {
	if err := errors.Join(c.environment.Stop(), c.dir.Remove()); err != nil {
		return fmt.Errorf("stop the control plane: %w", err)
	}
	return nil
}
