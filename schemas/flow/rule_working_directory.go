package flow

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// checkWorkingDirectory refuses children that do not run on a worker, where the directory is.
func (j *judge) checkWorkingDirectory(n *yaml.Node) {
	for _, task := range items(child(n, "tasks")) {
		if task.Kind != yaml.MappingNode {
			j.refuse(task, "not-runnable", "only tasks that run on a worker fit into a WorkingDirectory, not %s", describe(task))
			continue
		}
		typ := child(task, "type")
		if typ != nil && !j.isRunnable(text(typ)) {
			j.refuse(typ, "not-runnable", "only tasks that run on a worker fit into a WorkingDirectory; move this one out of it")
		}
	}
}

// isRunnable is false for tasks that the executor runs itself.
func (j *judge) isRunnable(typ string) bool {
	if class := j.catalog.typeClass(typ); class != "" {
		typ = class
	}
	return !strings.HasPrefix(typ, "io.kestra.plugin.core.flow.") || typ == "io.kestra.plugin.core.flow.Sleep"
}
