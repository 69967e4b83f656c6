// Command dev-kestra runs the development Kestra until it is interrupted.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dev-kestra:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("dev-kestra", flag.ContinueOnError)
	address := flags.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	version := flags.String("version", kestra.DefaultVersion, "Kestra version to behave as")
	edition := flags.String("edition", string(kestra.OpenSource), "OSS or EE")
	tenants := flags.String("tenants", kestra.DefaultTenant, "tenants of an EE server, separated by commas")
	basicAuth := flags.String("basic-auth", "", "user:password to take (a fixed development pair by default)")
	token := flags.String("token", "", "API token that an EE server takes, as a service account's")
	schema := flags.String("schema", "", "file with the flow schema to serve")
	quiet := flags.Bool("quiet", false, "do not print requests")
	if err := flags.Parse(args); err != nil {
		return err
	}
	options := kestra.Options{
		Version: *version,
		Edition: kestra.Edition(*edition),
		Tenants: strings.Split(*tenants, ","),
	}
	if user, password, given := strings.Cut(*basicAuth, ":"); given {
		options.Credentials = kestra.Credentials{Username: user, Password: password}
	}
	if *token != "" {
		options.Tokens = []kestra.Token{{Value: *token, ServiceAccount: true}}
	}
	if *schema != "" {
		data, err := os.ReadFile(*schema)
		if err != nil {
			return fmt.Errorf("read the flow schema: %w", err)
		}
		options.FlowSchema = data
	}
	if !*quiet {
		options.Logf = log.Printf
	}
	return serve(options, *address)
}

// serve prints the URL as the only line on standard output, for scripts to read.
func serve(options kestra.Options, address string) error {
	server, err := kestra.New(options)
	if err != nil {
		return err
	}
	if err := server.Listen(address); err != nil {
		return err
	}
	fmt.Println(server.URL())
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	<-interrupted
	server.Close()
	return nil
}
