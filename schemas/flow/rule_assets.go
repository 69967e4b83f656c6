package flow

import "gopkg.in/yaml.v3"

// warnAssets warns about assets, which the open-source edition refuses and the Enterprise Edition takes.
func (j *judge) warnAssets(*yaml.Node) {
	for _, task := range j.flow.tasks {
		if assets := child(task, "assets"); assets != nil && !isNull(assets) {
			j.warn(assets, "enterprise-only", "\"assets\" exist in Kestra's Enterprise Edition only; the open-source edition refuses the flow")
		}
	}
}
