package flow

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// warnChanged warns about a property that another version of Kestra does not have, or that is deprecated.
func (j *judge) warnChanged(key *yaml.Node, p *value, class string) {
	name := key.Value
	if name == "type" {
		return
	}
	class = className(class)
	if line := j.catalog.cameWith(class, name); line != "" {
		j.warn(key, "needs-newer-kestra", "\"%s\" needs Kestra %s or newer; Kestra %s may not know it", name, line, j.catalog.line)
	}
	change, gone := removedByName.property(class, name)
	renamed, known := deprecatedByName.property(class, name)
	switch {
	case gone && !j.catalog.isSecond():
		j.warn(key, "deprecated-property", "%s: \"%s\" is gone in Kestra 2", change.use(), name)
	case known && j.catalog.isSecond():
		j.warn(key, "deprecated-property", "%s: \"%s\" is deprecated", renamed.use(), name)
	case p.deprecated:
		j.warn(key, "deprecated-property", "\"%s\" is deprecated; Kestra's documentation says what replaces it", name)
	}
}

// isLateProperty tells whether the release of a line has a property that the embedded catalog of it has not.
func (c *Catalog) isLateProperty(class, name string) bool {
	_, late := lateByName.property(className(class), name)
	return late && c.isSecond() && !c.Complete()
}

// isLateType is isLateProperty for types.
func (c *Catalog) isLateType(name string) bool {
	_, late := lateByName.typ(name)
	return late && c.isSecond() && !c.Complete()
}

// warnLate warns about what came too late for the embedded catalog.
func (j *judge) warnLate(n *yaml.Node) {
	j.warn(n, "needs-newer-kestra", "\"%s\" came with the release of Kestra 2.0 and was not checked", cut(n.Value))
}

// insteadOf ends the message about a property that a class does not have.
func (j *judge) insteadOf(name, class, near string) string {
	class = className(class)
	if j.catalog.isSecond() {
		if change, gone := removedByName.property(class, name); gone {
			return ": Kestra 2 does not have it any more; " + change.use()
		}
	}
	if line, ok := addedByName.lineOfProperty(class, name); ok && near == "" {
		return fmt.Sprintf(": it came with Kestra %s; remove it", line)
	}
	return suggest(near, "remove it")
}

// additions are what each line added, by name.
type additions map[string][]addition

type addition struct {
	Change
	line string
}

var (
	addedByName      = additionsByName()
	deprecatedByName = deprecationsByName()
	lateByName       = byName(late)
)

func additionsByName() additions {
	m := additions{}
	for _, v := range versions {
		for _, c := range v.Adds {
			m[c.Name] = append(m[c.Name], addition{c, v.Line})
		}
	}
	return m
}

func deprecationsByName() changesByName {
	var all []Change
	for _, v := range versions {
		all = append(all, v.Deprecates...)
	}
	return byName(all)
}

// lineOfProperty returns the line that a property of a class came with.
func (a additions) lineOfProperty(class, name string) (string, bool) {
	for _, c := range a[name] {
		if c.on(class) {
			return c.line, true
		}
	}
	return "", false
}

// lineOfType returns the line that a type came with.
func (a additions) lineOfType(name string) (string, bool) {
	for _, c := range a[name] {
		if c.On == "type" {
			return c.line, true
		}
	}
	return "", false
}

// cameWith returns the line that a property came with, if that is newer than the catalog's; "" otherwise.
func (c *Catalog) cameWith(class, property string) string {
	if line, ok := addedByName.lineOfProperty(class, property); ok && c.lacks(line) {
		return line
	}
	return ""
}

// CameLater tells whether the catalog stands for an older line than the one that a property of a class came with, so that the
// property is not that line's although the catalog has it.
func (c *Catalog) CameLater(class, property string) bool {
	return c.cameWith(className(class), property) != ""
}

// TypeCameLater is CameLater for a type.
func (c *Catalog) TypeCameLater(name string) bool {
	line, ok := addedByName.lineOfType(name)
	return ok && c.lacks(line)
}

// lacks tells whether the catalog stands for an older line than one. A catalog made from a live server knows by
// itself what it has.
func (c *Catalog) lacks(line string) bool {
	came, _ := lineOf(line)
	return !c.Complete() && c.isOld() && c.line.before(came)
}

// isOld is true for the lines whose rules were never seen at work: those before the oldest recorded one.
func (c *Catalog) isOld() bool { return c.line != minor{} && c.line.before(oldestProven) }

// isUnreleased is true for an embedded catalog that stands for a newer line than it was made of.
func (c *Catalog) isUnreleased() bool { return !c.Complete() && newestProven.before(c.line) }

// oldestProven and newestProven are the lines of the oldest and newest servers whose verdicts prove the rules.
var oldestProven, newestProven = minor{1, 3}, minor{2, 0}

// unprovenBefore are rules that old lines may not have.
var unprovenBefore = set("dashed-reference", "input-default", "schedule-conditions", "template", "unknown-defaults")

// refusedSince are the lines that brought a rule.
var refusedSince = func() map[string]minor {
	m := map[string]minor{}
	for _, v := range versions {
		for _, rule := range v.Refuses {
			m[rule], _ = lineOf(v.Line)
		}
	}
	return m
}()

// fromCatalog are rules that speak of what the catalog knows, so that a newer line may decide otherwise.
var fromCatalog = set("empty-list", "missing-property", "missing-type", "out-of-bounds", "pattern", "too-long", "too-short",
	"unknown-property", "unknown-type", "wrong-kind", "wrong-value")

// soften turns what is not proven for the catalog's line into a warning.
func (c *Catalog) soften(f *Finding) {
	if f.Severity != Error {
		return
	}
	switch {
	case c.isOld() && c.line.before(refusedSince[f.Rule]): // the schema of a live server does not tell its rules
		f.Message += fmt.Sprintf(" (from Kestra %s on)", refusedSince[f.Rule])
	case c.isOld() && unprovenBefore[f.Rule]:
		f.Message += fmt.Sprintf(" (Kestra %s may take it)", c.line)
	case c.isUnreleased() && fromCatalog[f.Rule]:
		f.Message += fmt.Sprintf(" (as of Kestra %s)", newestProven)
	default:
		return
	}
	f.Severity = Warning
}
