package flow

import "gopkg.in/yaml.v3"

// checkSwitch refuses a Switch without any task.
func (j *judge) checkSwitch(n *yaml.Node) {
	cases, defaults := child(n, "cases"), child(n, "defaults")
	if cases != nil && len(cases.Content) > 0 || defaults != nil && len(defaults.Content) > 0 {
		return
	}
	if cases != nil && cases.Kind == yaml.ScalarNode && !isNull(cases) || defaults != nil && defaults.Kind == yaml.ScalarNode && !isNull(defaults) {
		return // refused as what it is
	}
	j.refuse(n, "empty-switch", "a Switch must have tasks in \"cases\" or in \"defaults\"; add some")
}
