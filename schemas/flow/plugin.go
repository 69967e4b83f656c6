package flow

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// plugin judges a value whose "type" chooses what it is: a task, a trigger, a condition, an input, …
func (j *judge) plugin(n *yaml.Node, familyName string) {
	f := j.catalog.document.Families[familyName]
	if n.Kind != yaml.MappingNode {
		// Kestra's plugin reader takes anything else for null.
		if !f.Plugins {
			j.refuse(n, "wrong-kind", "a mapping with a \"type\" is expected here, not %s", describe(n))
		}
		return
	}
	if f.isTasks() && j.foreign == 0 {
		j.flow.tasks = append(j.flow.tasks, n)
	}
	typ := j.typeOf(n, f)
	if typ == nil {
		return
	}
	class, ok := f.Types[typ.Value]
	if !ok {
		j.unknownType(typ, f)
		if f.isTasks() {
			j.commonProperties(n, f)
		}
		return
	}
	v := j.catalog.definition(class)
	if v == nil || v.kind != kindObject {
		return
	}
	j.warnOldType(typ, class, v, f)
	j.properties(n, v, class, j.defaultsFor(typ.Value, f))
	j.rules(n, class, f)
}

// common are the properties that every task has from Kestra's own Task class, so that they can be judged in a
// task whose plugin is not known.
var common = []string{"id", "disabled", "retry", "workerGroup", "workerSelector", "allowFailure", "allowWarning", "logLevel", "logToFile"}

func (j *judge) commonProperties(n *yaml.Node, f family) {
	v := j.catalog.definition(f.Types["io.kestra.plugin.core.log.Log"])
	if v == nil || v.kind != kindObject {
		return
	}
	for _, name := range common {
		if node, p := child(n, name), v.properties[name]; node != nil && p != nil {
			j.value(node, p)
		}
	}
	j.required(n, v, "id", nil)
}

// typeOf returns the node of the type; nil and a finding when there is none.
func (j *judge) typeOf(n *yaml.Node, f family) *yaml.Node {
	typ := child(n, "type")
	switch {
	case typ != nil && isExpression(typ):
	case typ == nil && misspelled(n, "type") != "":
		j.refuseMissing(n, "type", "missing-type", "\"type\" is required; did you mean it by \"%s\"?", cut(misspelled(n, "type")))
	case typ == nil:
		j.refuseMissing(n, "type", "missing-type", "\"type\" is required: it says what this is%s", example(f))
	case !isText(typ) || isEmpty(typ):
		j.refuse(typ, "missing-type", "\"type\" must be a name%s, not %s", example(f), describe(typ))
	default:
		return typ
	}
	return nil
}

// misspelled returns the key of a mapping that was likely meant to be another one; "" when there is none.
func misspelled(n *yaml.Node, name string) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; len(key) > 2 && nearest(key, []string{name}) != "" {
			return key
		}
	}
	return ""
}

// example names the types of a family, or one of them when they are class names.
func example(f family) string {
	if !f.Plugins {
		return ", one of " + list(f.names)
	}
	for _, typ := range []string{"io.kestra.plugin.core.log.Log", "io.kestra.plugin.core.trigger.Schedule", "io.kestra.plugin.core.runner.Process"} {
		if f.Types[typ] != "" {
			return ", such as " + typ
		}
	}
	return ", such as " + f.names[0]
}

// isTasks tells whether the family is one of tasks.
func (f family) isTasks() bool { return f.Types["io.kestra.plugin.core.log.Log"] != "" }

// isTriggers tells whether the family is one of triggers.
func (f family) isTriggers() bool { return f.Types["io.kestra.plugin.core.trigger.Schedule"] != "" }

// isInputs tells whether the family is one of inputs.
func (f family) isInputs() bool { return !f.Plugins && f.Types["STRING"] != "" }

// unknownType refuses a type that the server cannot have, and warns about one that may be a plugin's.
func (j *judge) unknownType(typ *yaml.Node, f family) {
	name := typ.Value
	if place := j.catalog.placeOf(name); place != "" && f.Plugins {
		j.refuse(typ, "unknown-type", "%s does not fit here: it is %s", describe(typ), place)
		return
	}
	if successor := TypeSuccessor(name); successor != "" && successor != name && j.catalog.isSecond() {
		j.refuse(typ, "removed-type", "%s is gone in Kestra 2; use %s", describe(typ), successor)
		return
	}
	if j.catalog.isLateType(name) {
		j.warnLate(typ)
		return
	}
	if line, ok := addedByName.lineOfType(name); ok && !j.catalog.isSecond() {
		j.refuse(typ, "unknown-type", "%s came with Kestra %s; Kestra %s does not have it", describe(typ), line, j.catalog.Version())
		return
	}
	if !f.Plugins {
		j.refuse(typ, "unknown-type", "%s is not a type that fits here%s", describe(typ), j.hint(name, f.names, "use one of "+list(f.names)))
		return
	}
	near := j.nearest(name, f.names)
	if j.catalog.Complete() || isCoreType(name) && !j.mayBeNewer(name, near) {
		j.refuse(typ, "unknown-type", "%s is not a type that Kestra %s knows here%s", describe(typ), j.catalog.Version(),
			suggest(near, "check the name and that its plugin is installed"))
		return
	}
	if moved := movedPackage(name); moved != "" {
		j.warn(typ, "unknown-plugin", "not checked: %s must be installed as a plugin; %s", describe(typ), moved)
		return
	}
	if isCoreType(name) {
		j.warn(typ, "unknown-plugin", "not checked: there is no %s, or it may be newer than the catalog that is built in; check the name", describe(typ))
		return
	}
	j.warn(typ, "unknown-plugin", "not checked: %s must be installed as a plugin%s", describe(typ), suggest(near, ""))
}

// mayBeNewer tells whether a core type may have come after the catalog was made: the embedded one of Kestra 2 is
// older than its release.
func (j *judge) mayBeNewer(name, near string) bool {
	return j.catalog.isSecond() && near == "" && strings.HasPrefix(name, "io.kestra.plugin.core.") && javaName.MatchString(name)
}

var javaName = regexp.MustCompile(`^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$`)

// isCoreType tells whether a type can only be one of Kestra's own, or none at all. The scripts plugin keeps old
// names in a package that looks like the core's.
func isCoreType(name string) bool {
	if strings.HasPrefix(name, "io.kestra.core.tasks.scripts.") {
		return false
	}
	return strings.HasPrefix(name, "io.kestra.plugin.core.") || strings.HasPrefix(name, "io.kestra.core.") || !strings.Contains(name, ".") || !javaName.MatchString(name)
}

// placeOf says what a type is that stands in the wrong place, such as a task among the triggers; "" when there is no
// such type.
func (c *Catalog) placeOf(name string) string {
	place := ""
	for _, f := range c.document.Families {
		switch {
		case f.Types[name] == "":
		case f.isTasks():
			return "a task, which stands under \"tasks\""
		case f.isTriggers():
			return "a trigger, which stands under \"triggers\""
		case f.isInputs():
			return "the type of an input"
		default:
			place = "of another kind"
		}
	}
	return place
}

// typeClass returns the definition of a type, whatever it is; "" when there is none.
func (c *Catalog) typeClass(name string) string {
	for _, f := range c.document.Families {
		if class := f.Types[name]; class != "" {
			return class
		}
	}
	return ""
}

// warnOldType warns about a type that has another name by now, that is deprecated, or that another version of Kestra
// does not have.
func (j *judge) warnOldType(typ *yaml.Node, class string, v *value, f family) {
	if line, ok := addedByName.lineOfType(typ.Value); ok && j.catalog.lacks(line) {
		j.warn(typ, "needs-newer-kestra", "%s needs Kestra %s or newer; Kestra %s may not know it", describe(typ), line, j.catalog.line)
	}
	change, gone := removedByName.typ(typ.Value)
	switch {
	case f.Plugins && typ.Value != class && !isCoreClass(class):
		j.warn(typ, "deprecated-type", "use \"%s\": this name is an old one", class)
	case f.Plugins && typ.Value != class:
		j.warn(typ, "deprecated-type", "use \"%s\": this old name is gone in Kestra 2", class)
	case gone && !j.catalog.isSecond():
		j.warn(typ, "deprecated-type", "use %s there: %s is gone in Kestra 2", change.Instead, shortClass(typ.Value))
	case movedPackage(typ.Value) != "":
		j.warn(typ, "deprecated-type", "%s", movedPackage(typ.Value))
	case v.deprecated:
		j.warn(typ, "deprecated-type", "%s is deprecated; look for its successor in Kestra's documentation", shortClass(class))
	}
}
