package hostile

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// bomb is a text made to exhaust its reader.
type bomb struct {
	name string
	text string
	// want is the rule of the finding that refuses it; "accepted" when nothing does, "" when either is right.
	want string
}

const (
	accepted = "accepted"
	mebibyte = 1 << 20
	// room left in a source of a mebibyte for what stands around the bomb.
	room = 200
)

const (
	head = "id: a\nnamespace: b\n"
	task = "tasks:\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: hi}\n"
)

// fill repeats a text, in which %d is a number, up to so many bytes.
func fill(text string, size int) string {
	var b strings.Builder
	for i := 0; b.Len()+len(text)+8 < size; i++ {
		b.WriteString(strings.ReplaceAll(text, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// laughs is the classic: each line refers ten times to the one before.
func laughs(levels int) string {
	var b strings.Builder
	b.WriteString("variables:\n  l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&b, "  l%d: &l%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i-1), 10), ", "))
	}
	return b.String()
}

// sources are bombs in the text of a flow.
func sources() []bomb {
	const size = mebibyte - room
	lone := string(utf16.Decode([]uint16{0xd800}))
	return []bomb{
		{"aliases of aliases", head + laughs(9) + task, accepted},
		{"aliases of one large value", head + "variables:\n  a: &a [" + fill("x%d, ", size/2) + "x]\n  b: [" + fill("*a, ", size/4) + "*a]\n" + task, ""},
		{"an alias of itself", head + "variables: &a {b: *a}\n" + task, accepted},
		{"merge keys", head + "variables:\n  a: &a {x: 1}\n" + fill("  m%d: &m%d {<<: *a, <<: *a}\n", size/2) + task, ""},
		{"a merge of many", head + "variables:\n  a: &a {x: 1}\n  b: {<<: [" + fill("*a, ", size/4) + "*a]}\n" + task, ""},
		{"anchors", head + "variables:\n" + fill("  k%d: &a%d x\n", size) + task, "policy-nodes"},
		{"lists in lists, flow style", head + task + "variables: " + strings.Repeat("[", size-len(head)-len(task)), ""},
		{"lists in lists, within the bound", head + task + "variables: {x: " + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "}\n", accepted},
		{"lists in lists, block style", head + task + "variables:\n" + strings.Repeat("- ", size/2-room), ""},
		{"mappings in mappings, block style", head + task + "variables:\n" + nested(1200), ""},
		{"mappings as keys", head + task + "variables:\n" + strings.Repeat("? ", size/4), ""},
		{"a wide mapping", head + task + "variables:\n" + fill("  k%d: x\n", size-len(head)-len(task)-room), "policy-nodes"},
		{"one key many times", head + task + "variables:\n" + fill("  k: x\n", 100<<10), "duplicate-key"},
		{"a long plain scalar", head + "description: " + strings.Repeat("x", size-room) + "\n" + task, accepted},
		{"a long quoted scalar of escapes", head + `description: "` + strings.Repeat(`\u0041`, size/6-room) + "\"\n" + task, accepted},
		{"a long folded scalar", head + "description: >\n" + fill("  word %d\n", size-room) + task, accepted},
		{"a scalar without an end", head + task + `description: "` + strings.Repeat("x", size-2*room), "yaml-syntax"},
		{"comments", head + fill("# %d\n", size-room) + task, accepted},
		{"empty lines", head + strings.Repeat("\n", size-room) + task, accepted},
		{"documents", head + task + strings.Repeat("---\n", size/4-room), ""},
		{"10 MiB", head + task + strings.Repeat("# x\n", 10*mebibyte/4), "policy-size"},
		{"a million tasks", head + "tasks:\n" + fill("  - {id: t%d, type: io.kestra.plugin.core.log.Log, message: hi}\n", 60*mebibyte), "policy-size"},
		{"as many tasks as fit", head + "tasks:\n" + fill("- {id: t%d, type: io.kestra.plugin.core.log.Log}\n", size), ""},
		{"a number of a million digits", head + task + "timeout: " + strings.Repeat("9", size-room) + "\n", ""},
		{"a huge exponent", head + "tasks:\n  - {id: t, type: io.kestra.plugin.core.flow.ForEach, values: [1], concurrencyLimit: 1e999999999, tasks: []}\n", ""},
		{"numbers in every base", head + task + "variables: {a: 0x" + strings.Repeat("F", 5000) + ", b: 0o777, c: 0b11, d: 1:60:60, e: 1_000}\n", accepted},
		{"a schedule of many fields", head + task + "triggers:\n  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: \"" + strings.Repeat("* ", size/4) + "\"}\n", ""},
		{"a schedule of many values", head + task + "triggers:\n  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: \"" + strings.Repeat("1,", size/4) + "1 * * * *\"}\n", ""},
		{"a duration without an end", head + task + "triggers:\n  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: \"@daily\", lateMaximumDelay: PT" + strings.Repeat("9", 100_000) + "S}\n", ""},
		{"a pattern that repeats repetitions", head + "inputs:\n  - {id: i, type: STRING, validator: '" + strings.Repeat("(a{1000}){1000}", 1000) + "'}\n" + task, ""},
		{"a pattern for backtracking", head + "inputs:\n  - {id: i, type: STRING, defaults: " + strings.Repeat("a", 50_000) + ", validator: '(a+)+$'}\n" + task, ""},
		{"brackets of a pattern", head + "inputs:\n  - {id: i, type: STRING, validator: '" + strings.Repeat("(", size/2) + "'}\n" + task, "pattern"},
		{"expressions", head + "tasks:\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: \"" + strings.Repeat("{{ ", size/4) + "\"}\n", accepted},
		{"text that runs from right to left", head + "tasks:\n  - {id: \"t\u202e\u2066\", type: \"io.kestra\u200b.Log\u202e\", message: hi}\n", "pattern"},
		{"letters that look alike", "id: \u0430\nnamespace: b\n" + task, "invalid-id"},
		{"marks on one letter", head + "description: e" + strings.Repeat("\u0301", size/4) + "\n" + task, accepted},
		{"a character of half a pair", head + task + `description: "\ud800"` + "\n", ""},
		{"a replaced character", head + task + "description: " + lone + "\n", accepted},
		{"bytes that are no UTF-8", head + task + "description: \xc0\xaf\xed\xa0\x80\n", "policy-utf8"},
		{"UTF-16", "\xff\xfe" + "i\x00d\x00:\x00", "policy-utf8"},
		{"NUL", head + task + "description: a\x00b\n", "control-character"},
		{"NUL as an escape", head + task + `description: "a\0b"` + "\n", ""},
		{"a byte order mark", "\ufeff" + head + task, accepted},
		{"byte order marks", head + task + "description: " + strings.Repeat("\ufeff", 100) + "x\n", ""},
		{"line breaks of every kind", "id: a\r\nnamespace: b\ntasks:\r  - id: t\n    type: io.kestra.plugin.core.log.Log\u2028    message: hi\n", ""},
		{"tags of every kind", head + task + "variables: {a: !!binary aGk=, b: !!set {x}, c: !!omap [x: 1], d: !!python/object:os.system ls, e: !x y, f: !<tag:x,1:y> z}\n", ""},
		{"tags", head + task + "variables:\n" + fill("  k%d: !t%d x\n", 300<<10), ""},
		{"directives", strings.Repeat("%TAG !x! tag:x,1:\n", 1000) + "---\n" + head + task, ""},
		{"nothing", "", "empty-source"},
		{"only marks", strings.Repeat("%", mebibyte-room), ""},
	}
}

// nested is a mapping in block style, so many levels deep.
func nested(levels int) string {
	var b strings.Builder
	for i := 1; i <= levels; i++ {
		b.WriteString(strings.Repeat(" ", i) + "k:\n")
	}
	return b.String()
}
