package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/kestra-operator/kestra-operator/release/reproducible"
)

// build says what goes into the image.
type build struct {
	folder   string // of the module
	command  string // package, relative to the folder
	version  string
	revision string
	created  time.Time
}

// write builds for every platform and writes the index of the images to a folder as an OCI layout. It returns the index's digest.
func (b build) write(ctx context.Context, platforms []string, output string) (v1.Hash, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, name := range platforms {
		platform, err := v1.ParsePlatform(name)
		if err != nil {
			return v1.Hash{}, fmt.Errorf("platform %q: %w", name, err)
		}
		image, err := b.image(ctx, platform)
		if err != nil {
			return v1.Hash{}, fmt.Errorf("build for %s: %w", name, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	if err := os.RemoveAll(output); err != nil {
		return v1.Hash{}, err
	}
	if err := b.writeLayout(index, output); err != nil {
		return v1.Hash{}, fmt.Errorf("write the image to %s: %w", output, err)
	}
	return index.Digest()
}

// writeLayout writes a layout with the index as its only entry, under the name that the chart gives the image: what loads the
// folder's archive into a container runtime finds it there.
func (b build) writeLayout(index v1.ImageIndex, output string) error {
	folder, err := layout.Write(output, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return err
	}
	return folder.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": b.version,
		"io.containerd.image.name":          "docker.io/kestra-operator/" + b.name() + ":" + b.version,
	}))
}

// image builds for one platform.
func (b build) image(ctx context.Context, platform *v1.Platform) (v1.Image, error) {
	binary, err := reproducible.Program{Folder: b.folder, Package: b.command, Version: b.version}.Compile(ctx, platform.OS, platform.Architecture)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, part := range []struct {
		comment string
		entries []entry
	}{
		{"authorities, user, temporary folder", system()},
		{b.name(), []entry{{path: b.name(), mode: 0o755, content: binary}}},
	} {
		packed, err := layer(part.entries, b.created)
		if err != nil {
			return nil, err
		}
		history := v1.History{Created: v1.Time{Time: b.created}, CreatedBy: "go run ./image", Comment: part.comment}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: packed, History: history}); err != nil {
			return nil, err
		}
	}
	return b.configure(image, platform)
}

// configure says how the image is run.
func (b build) configure(image v1.Image, platform *v1.Platform) (v1.Image, error) {
	present, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file := present.DeepCopy()
	file.Created = v1.Time{Time: b.created}
	file.OS, file.Architecture, file.Variant = platform.OS, platform.Architecture, platform.Variant
	file.Config = v1.Config{
		Entrypoint: []string{"/" + b.name()},
		Cmd:        []string{"run"},
		User:       user,
		WorkingDir: "/home/nonroot",
		Labels: map[string]string{
			"org.opencontainers.image.title":    b.name(),
			"org.opencontainers.image.source":   "https://github.com/kestra-operator/kestra-operator",
			"org.opencontainers.image.licenses": "Apache-2.0",
			"org.opencontainers.image.version":  b.version,
			"org.opencontainers.image.revision": b.revision,
		},
	}
	return mutate.ConfigFile(image, file)
}

// name of the binary.
func (b build) name() string { return path.Base(b.command) }
