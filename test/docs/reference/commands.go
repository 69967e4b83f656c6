package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const commandsIntroduction = `# Commands

What ` + "`--help`" + ` of each command says. The exit code is 0 for success, 1 when something was refused or failed, 2 when an
argument is wrong.

## Environment

Credentials have no flags, so that no list of processes shows them. They count for every command that reaches Kestra;
flags win over the environment.

| variable | meaning |
|---|---|
| ` + "`KESTRA_API_URL`" + ` | URL of the API, for ` + "`run`" + ` |
| ` + "`KESTRA_API_BASIC_AUTH`" + ` | ` + "`user:password`" + ` |
| ` + "`KESTRA_API_API_KEY`" + ` | API token of the Enterprise Edition; not together with the former |
| ` + "`KESTRA_API_BASIC_AUTH_FILE`, `KESTRA_API_API_KEY_FILE`" + ` | file that holds the value, read when the variable itself is empty |
| ` + "`QUARKUS_OPERATOR_SDK_NAMESPACES`" + ` | namespaces to watch, with commas; ` + "`JOSDK_ALL_NAMESPACES` and `JOSDK_WATCH_CURRENT`" + ` are understood |
| ` + "`POD_NAMESPACE`" + ` | namespace of the operator's lease, Secrets and saved catalog |
| ` + "`KUBECONFIG`" + ` | the cluster, outside of a pod |
| ` + "`NO_COLOR`" + ` | ` + "`validate`" + ` uses no colours when it is set |
`

// commands renders the help of every command, asked from the program itself.
func commands(project string) (string, error) {
	folder, err := os.MkdirTemp("", "kestra-operator")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is in a temporary folder
	program := filepath.Join(folder, "kestra-operator")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program, "./cmd/kestra-operator")
	build.Dir = project
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, output)
	}
	page := generated + commandsIntroduction
	return page, commandSections(program, nil, func(section string) { page += section })
}

// subcommand is a line of the list of commands in a help text.
var subcommand = regexp.MustCompile(`(?m)^  ([a-z]+) {2,}\S`)

// commandSections adds the section of a command, then those of its subcommands.
func commandSections(program string, command []string, add func(string)) error {
	var help bytes.Buffer
	ask := exec.CommandContext(context.Background(), program, append(command, "--help")...)
	ask.Stdout = &help
	if err := ask.Run(); err != nil {
		return fmt.Errorf("%s --help: %w", strings.Join(command, " "), err)
	}
	_, list, _ := strings.Cut(help.String(), "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	if len(command) > 0 && list == "" {
		add(fmt.Sprintf("\n## %s\n\n```text\n%s```\n", strings.Join(command, " "), help.String()))
	}
	for _, match := range subcommand.FindAllStringSubmatch(list, -1) {
		if name := match[1]; name != "help" && name != "completion" {
			if err := commandSections(program, append(command[:len(command):len(command)], name), add); err != nil {
				return err
			}
		}
	}
	return nil
}
