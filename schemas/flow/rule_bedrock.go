package flow

import "gopkg.in/yaml.v3"

// checkBedrockMessages refuses two types that no server can validate: their "messages" are a Property that must
// not be empty, for which Kestra has no validator, so that creating the flow fails. A release of the plugin
// without that bound is not refused.
func (j *judge) checkBedrockMessages(n *yaml.Node) {
	v := j.catalog.definition(j.catalog.typeClass(text(child(n, "type"))))
	if v == nil || v.properties["messages"] == nil || v.properties["messages"].minItems == 0 {
		return
	}
	typ := child(n, "type")
	j.refuse(typ, "broken-type", "Kestra fails to validate this type in the installed release of the plugin; use another one")
}
