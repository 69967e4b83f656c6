package nodes

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

// certManagerCommands are the three programs of cert-manager's chart.
var certManagerCommands = []build.Command{
	{Name: "controller", Module: build.CertManager, Package: "github.com/cert-manager/cert-manager/cmd/controller"},
	{Name: "webhook", Module: build.CertManager, Package: "github.com/cert-manager/cert-manager/cmd/webhook"},
	{Name: "cainjector", Module: build.CAInjector, Package: "."},
}

// InstallCertManager installs cert-manager into the namespace cert-manager by its
// own chart and waits until it runs.
func (c *Cluster) InstallCertManager(ctx context.Context) error {
	version, err := build.CertManager.Version()
	if err != nil {
		return err
	}
	source, err := build.CertManager.Source(ctx)
	if err != nil {
		return err
	}
	if err := c.applyCertManagerCRDs(ctx, source); err != nil {
		return fmt.Errorf("install cert-manager's CRDs: %w", err)
	}
	chart := c.dir.File("cert-manager-chart")
	if err := copyCertManagerChart(source, chart, version); err != nil {
		return fmt.Errorf("prepare cert-manager's chart: %w", err)
	}
	images, err := c.pushCertManager(ctx)
	if err != nil {
		return err
	}
	arguments := []string{"install", "cert-manager", chart, "--namespace", "cert-manager", "--create-namespace",
		"--set", "startupapicheck.enabled=false", "--wait", "--timeout", "3m"}
	_, err = c.Helm(ctx, append(arguments, images...)...)
	return err
}

// pushCertManager pushes the images and returns the chart's values for them.
func (c *Cluster) pushCertManager(ctx context.Context) ([]string, error) {
	values := make([]string, len(certManagerCommands))
	group, ctx := errgroup.WithContext(ctx)
	for i, command := range certManagerCommands {
		group.Go(func() error {
			repository, tag, err := c.PushImage(ctx, "cert-manager-"+command.Name, c.binaries[command.Name])
			// The controller's values stand at the top of the chart's.
			prefix := strings.TrimPrefix(command.Name+".", "controller.")
			values[i] = fmt.Sprintf("%[1]simage.repository=%[2]s,%[1]simage.tag=%[3]s", prefix, repository, tag)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var arguments []string
	for _, value := range values {
		arguments = append(arguments, "--set", value)
	}
	return arguments, nil
}

// applyCertManagerCRDs applies the CRDs of the source, which are templates only in
// their labels and in lines that switch them on.
func (c *Cluster) applyCertManagerCRDs(ctx context.Context, source string) error {
	crds, err := filepath.Glob(filepath.Join(source, "deploy", "crds", "*.yaml"))
	if err != nil {
		return err
	}
	var manifest bytes.Buffer
	for _, crd := range crds {
		text, err := os.ReadFile(crd)
		if err != nil {
			return err
		}
		manifest.WriteString("---\n")
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "{{") && !strings.Contains(line, "# START") && !strings.Contains(line, "# END") {
				manifest.WriteString(line)
			}
		}
	}
	return c.Apply(ctx, &manifest)
}

// copyCertManagerChart makes a chart of the source, whose Chart.yaml is a template
// that a release fills in.
func copyCertManagerChart(source, chart, version string) error {
	if err := os.CopyFS(chart, os.DirFS(filepath.Join(source, "deploy", "charts", "cert-manager"))); err != nil {
		return err
	}
	template, err := os.ReadFile(filepath.Join(chart, "Chart.template.yaml"))
	if err != nil {
		return err
	}
	var text strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(string(template), "{{IS_PRERELEASE}}", "false")) {
		key, _, _ := strings.Cut(line, ":")
		if key == "version" || key == "appVersion" {
			line = key + ": " + version + "\n"
		}
		text.WriteString(line)
	}
	return os.WriteFile(filepath.Join(chart, "Chart.yaml"), []byte(text.String()), 0o600)
}
