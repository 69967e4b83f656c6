package nodes

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// nonroot is the user that images run as, as in distroless images.
const nonroot = "65532"

// PushImage makes an image of a static binary, which is run as a user without
// rights, pushes it to the registry, and returns its repository and tag. The tag
// changes with the binary, so that a Deployment can be rolled to a new one.
func (c *Cluster) PushImage(ctx context.Context, name, binary string) (repository, tag string, err error) {
	repository = c.Registry() + "/" + name
	layer, err := os.CreateTemp(c.dir.Path, "layer-*.tar")
	if err != nil {
		return "", "", fmt.Errorf("push image %s: %w", name, err)
	}
	defer os.Remove(layer.Name())
	defer layer.Close()
	tag, err = writeLayer(layer, binary)
	if err != nil {
		return "", "", fmt.Errorf("push image %s: %w", name, err)
	}
	reference := repository + ":" + tag
	for _, arguments := range [][]string{
		{"append", "--oci-empty-base", "-f", layer.Name(), "-t", reference},
		{"mutate", "--entrypoint", layerPath(binary), "--user", nonroot, "--set-platform", "linux/amd64", "-t", reference, reference},
	} {
		if output, err := exec.CommandContext(ctx, c.binaries[build.CraneCommand.Name], arguments...).CombinedOutput(); err != nil {
			return "", "", fmt.Errorf("push image %s: crane %s: %w\n%s", reference, arguments[0], err, output)
		}
	}
	return repository, tag, nil
}

// layerPath is the binary's place in the image.
func layerPath(binary string) string { return "/app/" + filepath.Base(binary) }

// writeLayer writes a tar with the binary alone, and returns the start of the
// binary's hash.
func writeLayer(layer io.Writer, binary string) (hash string, err error) {
	file, err := os.Open(binary)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	archive, sum := tar.NewWriter(layer), sha256.New()
	if err := archive.WriteHeader(&tar.Header{Name: layerPath(binary)[1:], Mode: 0o755, Size: info.Size()}); err != nil {
		return "", err
	}
	if _, err := io.Copy(io.MultiWriter(archive, sum), file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], archive.Close()
}

// pushBinary makes an image of one of the cluster's own binaries.
func (c *Cluster) pushBinary(ctx context.Context, name string) (reference string, err error) {
	repository, tag, err := c.PushImage(ctx, name, c.binaries[name])
	return repository + ":" + tag, err
}
