// Command dev-kestra runs the development Kestra until it is interrupted. It prints its URL as the only line on
// standard output, for scripts to read, and each request on standard error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "dev-kestra:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	options, address, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	server, err := kestra.New(options)
	if err != nil {
		return err
	}
	if err := server.Listen(address); err != nil {
		return err
	}
	defer server.Close()
	if _, err := fmt.Fprintln(stdout, server.URL()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func parse(args []string, stderr io.Writer) (options kestra.Options, address string, err error) {
	flags := flag.NewFlagSet("dev-kestra", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&address, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	flags.StringVar(&options.Version, "version", kestra.DefaultVersion, "Kestra version to behave as")
	edition := flags.String("edition", string(kestra.OpenSource), "OSS or EE")
	tenants := flags.String("tenants", kestra.DefaultTenant, "tenants of an EE server, separated by commas")
	basicAuth := flags.String("basic-auth", "", "user:password to take (a fixed development pair by default)")
	token := flags.String("token", "", "API token that an EE server takes, as a service account's")
	schema := flags.String("schema", "", "file with the flow schema to serve")
	quiet := flags.Bool("quiet", false, "do not print requests")
	if err := flags.Parse(args); err != nil {
		return options, "", err
	}
	options.Edition = kestra.Edition(*edition)
	if options.Edition != kestra.OpenSource && options.Edition != kestra.Enterprise {
		return options, "", fmt.Errorf("edition %q: want OSS or EE", *edition)
	}
	options.Tenants = strings.Split(*tenants, ",")
	if *basicAuth != "" {
		user, password, complete := strings.Cut(*basicAuth, ":")
		if !complete {
			return options, "", errors.New("basic-auth: want user:password")
		}
		options.Credentials = kestra.Credentials{Username: user, Password: password}
	}
	if *token != "" {
		options.Tokens = []kestra.Token{{Value: *token, ServiceAccount: true}}
	}
	if *schema != "" {
		if options.FlowSchema, err = os.ReadFile(*schema); err != nil {
			return options, "", fmt.Errorf("read the flow schema: %w", err)
		}
	}
	if !*quiet {
		options.Logf = log.New(stderr, "", log.Ltime).Printf
	}
	return options, address, nil
}
