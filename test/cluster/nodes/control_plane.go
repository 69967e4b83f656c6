package nodes

import (
	"fmt"
	"path/filepath"

	"k8s.io/client-go/util/keyutil"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// configureAPIServer makes envtest's API server one that a node can join: it
// listens where pods reach it, proves its identity to them, issues tokens to them,
// and calls the kubelet for logs and exec.
func (c *Cluster) configureAPIServer(server *envtest.APIServer) error {
	// The machine's address on the link is this node's alone, and with it every port.
	server.SecureServing.Address, server.SecureServing.Port = c.network.machine(), "6443"
	if err := c.writeCertificates(server.CertDir); err != nil {
		return fmt.Errorf("write the API server's certificates: %w", err)
	}
	// envtest makes certificates only when there are none, and then sets this.
	var err error
	if server.SecureServing.CA, err = c.authority.pem(); err != nil {
		return err
	}
	server.Configure().
		Set("advertise-address", c.network.machine()).
		Set("service-cluster-ip-range", c.network.services()).
		Set("authorization-mode", "Node", "RBAC").
		Set("enable-admission-plugins", "NodeRestriction").
		Disable("disable-admission-plugins").
		Set("service-account-key-file", c.serviceAccountKey).
		Set("service-account-signing-key-file", c.serviceAccountKey).
		Set("kubelet-preferred-address-types", "InternalIP").
		Set("kubelet-client-certificate", filepath.Join(server.CertDir, "kubelet-client.crt")).
		Set("kubelet-client-key", filepath.Join(server.CertDir, "kubelet-client.key"))
	return nil
}

func (c *Cluster) writeCertificates(dir string) error {
	if err := c.authority.issue(dir, "apiserver", apiServerIdentity(c.network)); err != nil {
		return err
	}
	if err := c.authority.issue(dir, "kubelet-client", kubeletClientIdentity()); err != nil {
		return err
	}
	_, _, err := keyutil.LoadOrGenerateKeyFile(c.serviceAccountKey)
	return err
}
