package bench

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"k8s.io/client-go/util/cert"
)

// certificate is one for 127.0.0.1 that every server of admission in a run serves.
type certificate struct {
	folder string
	bundle []byte
}

var makeCertificate = sync.OnceValues(func() (certificate, error) {
	bundle, key, err := cert.GenerateSelfSignedCertKey("127.0.0.1", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	if err != nil {
		return certificate{}, err
	}
	folder, err := os.MkdirTemp("", "kestra-operator-bench-")
	if err != nil {
		return certificate{}, err
	}
	for name, content := range map[string][]byte{"tls.crt": bundle, "tls.key": key} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return certificate{}, err
		}
	}
	return certificate{folder: folder, bundle: bundle}, nil
})

func serving(b testing.TB) certificate {
	b.Helper()
	made, err := makeCertificate()
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func removeCertificate() {
	if made, err := makeCertificate(); err == nil {
		_ = os.RemoveAll(made.folder)
	}
}
