package main

import (
	"fmt"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

const eventsIntroduction = `# Events

An object gets an event when the status or the reason of its condition ` + "`Ready`" + ` changes, and when something is done about it that
no condition tells. ` + "`kubectl describe`" + ` and ` + "`kubectl events --for`" + ` show them; the API server forgets them after an hour. The reporting
controller is ` + "`kestra-operator`" + `.

| reason | type | when |
|---|---|---|
`

// normal are the reasons that Ready has while it is not False; with every other the event is a warning.
var normal = map[string]bool{
	v1alpha1.ReasonSucceeded: true, v1alpha1.ReasonProgressing: true, v1alpha1.ReasonSuspended: true, v1alpha1.ReasonExpired: true,
}

// otherEvents are about what no condition tells.
const otherEvents = "| `AnotherOperator` | Warning | Another operator writes to the object, such as Kestra's Enterprise operator that still runs. |\n"

// events renders the reasons of events: those of the condition Ready, and others.
func events(project string) (string, error) {
	constants, err := documentedConstants(filepath.Join(project, "schemas", "v1alpha1", "conditions.go"))
	if err != nil {
		return "", err
	}
	page := generated + eventsIntroduction
	for _, constant := range constants {
		if !strings.HasPrefix(constant.name, "Reason") {
			continue
		}
		kind := corev1.EventTypeWarning
		if normal[constant.value] {
			kind = corev1.EventTypeNormal
		}
		page += fmt.Sprintf("| `%s` | %s | %s |\n", constant.value, kind, cell(constant.text))
	}
	return page + otherEvents, nil
}
