package flow

import "gopkg.in/yaml.v3"

// checkTemplate refuses the Template task: Kestra has replaced templates by subflows and fails on them unless
// its configuration turns them on.
func (j *judge) checkTemplate(n *yaml.Node) {
	typ := child(n, "type")
	j.refuse(typ, "template", "Kestra fails on templates, which are turned off; use io.kestra.plugin.core.flow.Subflow")
}
