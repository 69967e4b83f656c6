package flow

import "gopkg.in/yaml.v3"

// checkWebhook refuses a content type that a webhook cannot answer with.
func (j *judge) checkWebhook(n *yaml.Node) {
	node := child(n, "responseContentType")
	if node == nil || node.Kind != yaml.ScalarNode || isNull(node) {
		return
	}
	if node.Value != "application/json" && node.Value != "text/plain" {
		j.refuse(node, "wrong-value", "%s is not one of application/json, text/plain", describe(node))
	}
}
