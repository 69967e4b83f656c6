package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
)

// target is the Kestra that a command judges for or tells of: a built-in line, a saved catalog, or a server.
type target struct {
	version string
	file    string
	server  string
	tenant  string
}

func (t *target) bind(flags *pflag.FlagSet) {
	flags.StringVar(&t.version, "kestra-version", "", "Kestra line, such as 1.3; the newest built-in one when empty")
	flags.StringVar(&t.file, "catalog", "", "file with a saved catalog, or with a server's own flow schema")
	flags.StringVar(&t.server, "server", "", "URL of a Kestra server; credentials, and whom to trust, come from the environment")
	flags.StringVar(&t.tenant, "default-tenant", "main", "tenant of flows that name none")
}

// catalog returns what the target can run.
func (t *target) catalog(ctx context.Context) (*flow.Catalog, error) {
	switch {
	case t.file != "" && t.server != "":
		return nil, errors.New("--catalog and --server say both what to judge for: give one")
	case t.file != "":
		return t.fromFile()
	case t.server != "":
		return t.fromServer(ctx)
	}
	catalog, err := flow.Embedded(t.version)
	if err != nil {
		return nil, fmt.Errorf("--kestra-version: %w", err)
	}
	return catalog, nil
}

func (t *target) fromFile() (*flow.Catalog, error) {
	text, err := os.ReadFile(t.file)
	if err != nil {
		return nil, fmt.Errorf("--catalog: %w", err)
	}
	if catalog, err := flow.LoadCatalog(text); err == nil {
		return catalog, nil
	}
	version := t.version
	if version == "" {
		version = flow.SchemaLine(bytes.NewReader(text))
	}
	catalog, err := flow.CatalogFromSchema(bytes.NewReader(text), version)
	if err != nil {
		return nil, fmt.Errorf("--catalog %s: neither a saved catalog nor a server's flow schema: %w", t.file, err)
	}
	return catalog, nil
}

func (t *target) fromServer(ctx context.Context) (*flow.Catalog, error) {
	client, err := t.client(config.ProcessEnvironment())
	if err != nil {
		return nil, err
	}
	version := t.version
	if version == "" {
		server, err := client.Server(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask Kestra for its version: %w", err)
		}
		version = server.Version
	}
	var catalog *flow.Catalog
	err = client.ReadFlowSchema(ctx, func(schema io.Reader) (err error) {
		catalog, err = flow.CatalogFromSchema(schema, version)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the flow schema of Kestra %s: %w", version, err)
	}
	return catalog, nil
}

// client of the server, with the credentials of the environment.
func (t *target) client(environment config.Environment) (*kestra.Client, error) {
	credentials := config.Kestra{URL: t.server}
	if err := errors.Join(environment.Access(&credentials)...); err != nil {
		return nil, err
	}
	return credentials.Client()
}
