package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
)

const openHelp = `Print where an object's target is in Kestra's user interface, and open it in a browser when the output is a
terminal.

The address of a flow is that of its status, which the operator writes with --kestra-ui-url. For other kinds, and
without it, --ui-url says where people see Kestra.`

func newOpenCommand() *cobra.Command {
	var objects objectFlags
	var ui, tenant string
	var printOnly bool
	command := &cobra.Command{
		Use:     "open KIND NAME | KIND/NAME",
		Short:   "Open an object's target in Kestra's user interface",
		Long:    openHelp,
		Example: "  kubectl kestra open flow hello\n  kubectl kestra open kv/password --ui-url https://kestra.example.com --print",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(command *cobra.Command, arguments []string) error {
			_, found, err := objects.find(command.Context(), arguments)
			if err != nil {
				return err
			}
			if len(found) != 1 {
				return errors.New("name one object, such as flow/hello")
			}
			address, err := addressOf(found[0], ui, tenant)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(command.OutOrStdout(), address); err != nil || printOnly || !terminal.IsTerminal(command.OutOrStdout()) {
				return err
			}
			return browse(command.Context(), address)
		},
	}
	objects.bind(command)
	flags := command.Flags()
	flags.StringVar(&ui, "ui-url", "", "URL at which people see Kestra")
	flags.StringVar(&tenant, "default-tenant", "main", "tenant of objects that name none")
	flags.BoolVar(&printOnly, "print", false, "print the address and open nothing")
	return command
}

// addressOf returns the address of an object's target in Kestra's user interface.
func addressOf(object plugin.Object, ui, tenant string) (string, error) {
	if object.URL != "" && ui == "" {
		return object.URL, nil
	}
	if ui == "" {
		return "", fmt.Errorf("the status of %s has no address: give --ui-url, or run the operator with --kestra-ui-url", object)
	}
	if object.Tenant != "" {
		tenant = object.Tenant
	}
	base := strings.TrimRight(ui, "/") + "/ui/" + url.PathEscape(tenant)
	switch object.Kind {
	case "KestraFlow":
		return base + "/flows/edit/" + url.PathEscape(object.Place) + "/" + url.PathEscape(object.ID), nil
	case "KestraKeyValue":
		return base + "/namespaces/edit/" + url.PathEscape(object.Place) + "/kv", nil
	default:
		return base + "/namespaces/edit/" + url.PathEscape(object.Place) + "/files", nil
	}
}

// browse opens an address with the system's own program for that.
func browse(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return errors.New("the address is not one of the web and is not opened")
	}
	program, arguments := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		program = "open"
	case "windows":
		program, arguments = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	if err := exec.CommandContext(ctx, program, arguments...).Run(); err != nil {
		return fmt.Errorf("open a browser with %s: %w; the address is printed above", program, err)
	}
	return nil
}
