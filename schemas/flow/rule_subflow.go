package flow

import "gopkg.in/yaml.v3"

// checkSelfSubflow refuses a flow that starts itself.
func (j *judge) checkSelfSubflow(n *yaml.Node) {
	flow := child(n, "flowId")
	if flow == nil || j.flow.id == "" {
		return
	}
	if text(flow) == j.flow.id && text(child(n, "namespace")) == j.flow.namespace {
		j.refuse(flow, "self-subflow", "the flow would start itself without end; name another flow")
	}
}
