package flow

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

var servers = []string{"1.3.25", "2.0.0-SNAPSHOT", "1.3.25-plugins"}

// eachVerdict calls do for everything that a recorded server judged. It skips the test visibly where there
// are no recordings, and fails it where they have to be.
func eachVerdict(t *testing.T, server string, do func(v verdict)) {
	t.Helper()
	for _, set := range []string{"verdicts", "probes", "slips"} {
		for _, v := range readVerdicts(t, recordings.Path(t, "kestra", server, set+".jsonl")) {
			do(v)
		}
	}
}

// What a server accepted must be readable, and what its YAML parser refused must not be.
func TestReadAgreesWithRecordedServers(t *testing.T) {
	t.Parallel()
	for _, server := range servers {
		t.Run(server, func(t *testing.T) {
			accepted, refused := 0, 0
			eachVerdict(t, server, func(v verdict) {
				_, findings := read([]byte(v.Source), defaultLimits)
				problem := firstProblem(findings)
				switch {
				case v.Accepted:
					accepted++
					if problem != nil {
						t.Errorf("%s%s is accepted by the server and not readable: %s", v.Probe, v.File, problem)
					}
				case parserRefused(v.Create.Message):
					refused++
					if problem == nil {
						t.Errorf("%s%s is readable and refused by the server's parser: %.300q", v.Probe, v.File, v.Create.Message)
					}
				}
			})
			t.Logf("%d accepted, %d refused by the parser", accepted, refused)
		})
	}
}

// firstProblem is the first error that is not a policy of ours.
func firstProblem(findings []Finding) *Finding {
	for _, f := range findings {
		if f.Severity == Error && !strings.HasPrefix(f.Rule, "policy-") {
			return &f
		}
	}
	return nil
}

// parserRefused tells whether the server's YAML parser refused, rather than what reads its values.
func parserRefused(message string) bool {
	return strings.Contains(message, "in 'reader'") || strings.Contains(message, "special characters") ||
		strings.Contains(message, "Duplicate field")
}

var parserMark = regexp.MustCompile(`in 'reader', (line \d+, column \d+):`)

// Line and column must be one of the places that the server's parser names for the same error.
func TestSyntaxErrorsArePlacedWhereTheServerPlacesThem(t *testing.T) {
	t.Parallel()
	const least = 98 // percent; the rest is a line or two off
	for _, server := range servers {
		t.Run(server, func(t *testing.T) {
			same, all := 0, 0
			eachVerdict(t, server, func(v verdict) {
				marks := parserMark.FindAllStringSubmatch(v.Create.Message, -1)
				if len(marks) == 0 {
					return
				}
				_, findings := read([]byte(v.Source), defaultLimits)
				problem := firstProblem(findings)
				if problem == nil {
					return
				}
				all++
				for _, mark := range marks {
					if fmt.Sprintf("line %d, column %d", problem.Line, problem.Column) == mark[1] {
						same++
						return
					}
				}
			})
			if all == 0 || same*100 < all*least {
				t.Errorf("%d of %d syntax errors are in the server's place, want %d %%", same, all, least)
			}
		})
	}
}

const head = "id: a\nnamespace: b\n"

// Bad input gets one clear finding at the place of the problem.
func TestReadPlacesBadInput(t *testing.T) {
	tests := map[string]struct{ source, want string }{
		"empty":                         {"", "empty-source 1:1"},
		"blank lines":                   {"\n\n", "empty-source 1:1"},
		"comment only":                  {"# x\n", "empty-source 1:1"},
		"separator only":                {"---\n", "empty-source 2:1"},
		"list":                          {"- a\n", "not-a-mapping 1:1"},
		"text":                          {"just text\n", "not-a-mapping 1:1"},
		"unclosed bracket":              {head + "tasks: [\n", "yaml-syntax 3:8"},
		"unclosed quote":                {head + "description: \"x\n", "yaml-syntax 3:14"},
		"text behind a quote":           {head + "description: \"x\" y\ntasks: []\n", "yaml-syntax 3:18"},
		"quote within quotes":           {head + "description: \"{\"a\": 1}\"\ntasks: []\n", "yaml-syntax 3:17"},
		"colon in a value":              {head + "description: a: b\n", "yaml-syntax 3:15"},
		"no space behind the colon":     {head + "description:x\ntasks: []\n", "yaml-syntax 3:1"},
		"at sign":                       {head + "description: @x\n", "yaml-syntax 3:14"},
		"line indented too far":         {head + "tasks:\n  - id: t\n     type: x\n", "yaml-syntax 5:10"},
		"line indented too little":      {head + "tasks:\n  - id: t\n type: x\n", "yaml-syntax 5:2"},
		"item in the wrong place":       {head + "tasks:\n    - id: t\n  - id: u\n", "yaml-syntax 5:3"},
		"tab that indents":              {head + "tasks:\n\t- id: t\n", "yaml-tab 4:1"},
		"tab behind a colon":            {head + "description:\tx\n", "yaml-tab 3:13"},
		"tab behind a dash":             {head + "tasks:\n-\tid: t\n", "yaml-tab 4:2"},
		"tab behind a block scalar":     {head + "description: |\n  x\n\ttasks: []\n", "yaml-tab 5:1"},
		"escape in double quotes":       {head + "description: \"it\\'s\"\n", "yaml-syntax 3:17"},
		"duplicate key":                 {head + "id: c\n", "duplicate-key 3:1"},
		"duplicate key below":           {head + "tasks:\n- id: a\n  id: b\n", "duplicate-key 5:3"},
		"duplicate key, quoted":         {head + "variables:\n  1: a\n  \"1\": b\n", "duplicate-key 5:3"},
		"duplicate key among many":      {"a: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\ng: 1\nh: 1\ni: 1\nj: 1\nk: 1\nl: 1\nm: 1\na: 2\n", "duplicate-key 14:1"},
		"list as a key":                 {head + "? [x]\n: y\n", "complex-key 3:3"},
		"expression without quotes":     {head + "description: {{ x }}\n", "complex-key 3:15"},
		"second document":               {head + "---\nid: c\n", "policy-second-document 4:1"},
		"second document that is wrong": {head + "---\n@\n", "policy-second-document 3:1"},
		"text left of an indented flow": {"  id: a\n  namespace: b\nlabels: {}\n", "policy-second-document 3:1"},
		"NUL":                           {head + "description: \"a\x00\"\n", "control-character 3:16"},
		"control character":             {"\uFEFFé: \x07\n", "control-character 1:4"},
		"invalid UTF-8":                 {head + "description: \xff\n", "policy-utf8 3:14"},
		"one byte too many":             {strings.Repeat("#", MaxSourceBytes+1), "policy-size 1:1"},
		"alias":                         {head + "variables: {a: &x 1, b: *x}\n", "alias-not-resolved 3:25"},
		"merge key":                     {head + "variables:\n  <<: {a: b}\n", "merge-key 4:3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, findings := read([]byte(test.source), defaultLimits)
			if diff := cmp.Diff([]string{test.want}, rulesAndPlaces(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s%v", diff, findings)
			}
		})
	}
}

// rulesAndPlaces renders the rules and places of findings.
func rulesAndPlaces(findings []Finding) []string {
	var rendered []string
	for _, f := range findings {
		rendered = append(rendered, fmt.Sprintf("%s %d:%d", f.Rule, f.Line, f.Column))
	}
	return rendered
}

// What the server takes is read without a word, whatever our library thinks of it.
func TestReadTakesWhatTheServerTakes(t *testing.T) {
	tests := map[string]string{
		"byte order mark":                 "\uFEFF" + head,
		"CRLF":                            strings.ReplaceAll(head, "\n", "\r\n"),
		"CR only":                         strings.ReplaceAll(head, "\n", "\r"),
		"leading separator":               "# c\n---\n" + head,
		"trailing separator":              head + "---\n",
		"document end":                    head + "...\n# c\n",
		"no final line break":             "id: a",
		"separator in a block scalar":     "description: |\n  ---\n  x\n",
		"YAML 1.2 directive":              "%YAML 1.2\n---\n" + head,
		"unknown directive":               "%FOO bar\n---\n" + head,
		"tab in a block scalar":           "description: |\n  x\ty\n  \tz\n",
		"tab first in a block scalar":     "description: |\n  \tx\n",
		"tab between words":               "description: a\tb \t# c\n",
		"tab in quotes":                   "description: \"a\tb\n\tc\"\n",
		"tag":                             "description: !!str 1\n",
		"tag of one's own":                "description: !foo x\n",
		"surrogate escapes":               "{\"description\": \"\\uD83D\\uDE00\"}\n",
		"anchor with an unusual name":     "description: &é$ x\n",
		"bracket right behind a colon":    "{a:[1], b:{c: d}}\n",
		"name of quotes":                  "description: &'x' y\n",
		"text over lines":                 "description: a\n  b\n",
		"a key that is written as a key?": "? id\n: a\n",
	}
	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			root, findings := read([]byte(source), defaultLimits)
			if root == nil || len(findings) > 0 {
				t.Errorf("not read: %v", findings)
			}
		})
	}
}

func TestReadTellsTheKindOfScalarsAsTheServerDoes(t *testing.T) {
	tests := map[string]string{
		"x": "!!str", "": "!!str", "y": "!!str", "2024-01-01": "!!str", "1:30": "!!str", "0o17": "!!str", "08": "!!str", "<<": "!!str",
		"yes": "!!bool", "On": "!!bool", "true": "!!bool", "OFF": "!!bool",
		"~": "!!null", "null": "!!null",
		"1": "!!int", "1_000": "!!int", "0x1F": "!!int", "017": "!!int", "123456789012345678901234567890": "!!int",
		"1.5": "!!float", ".inf": "!!float", "1e3": "!!float",
		"'1'": "!!str", "\"true\"": "!!str", "''": "!!str", "*x": "!!str", "!!str 1": "!!str",
	}
	for value, want := range tests {
		t.Run(value, func(t *testing.T) {
			root, findings := read([]byte("a: "+value+"\n"), defaultLimits)
			if root == nil {
				t.Fatal(findings)
			}
			if got := root.Content[1].Tag; got != want {
				t.Errorf("tag = %s, want %s", got, want)
			}
		})
	}
}

// The server resolves no alias, so what is read never refers to another node: nothing can be expanded.
func TestReadTurnsAliasesIntoText(t *testing.T) {
	for name, source := range map[string]string{
		"with an anchor":    "a: &x {b: c}\nd: *x\n",
		"without an anchor": "a: 1\nd: *x\n",
		"behind a header":   "%YAML 1.2\n---\na: 1\nd: *x\n",
	} {
		t.Run(name, func(t *testing.T) {
			root, findings := read([]byte(source), defaultLimits)
			if root == nil {
				t.Fatal(findings)
			}
			value := child(root, "d")
			if value.Kind != yaml.ScalarNode || value.Value != "x" || value.Alias != nil {
				t.Errorf("alias became %+v", value)
			}
			if want := strings.Count(source, "\n"); value.Line != want || findings[0].Line != want {
				t.Errorf("line = %d and %d, want %d", value.Line, findings[0].Line, want)
			}
		})
	}
}

// A space that only our library needs moves nothing: positions are the source's.
func TestReadKeepsPositionsWhereItHelps(t *testing.T) {
	root := mustRead(t, "x: {a:[1], b:{c: d}, e: f}\n")
	x := child(root, "x")
	for key, want := range map[string]int{"a": 7, "b": 14, "e": 25} {
		if got := child(x, key).Column; got != want {
			t.Errorf("column of %s = %d, want %d", key, got, want)
		}
	}
}

func bombs() map[string]string {
	var keys, aliases, indented strings.Builder
	for i := 0; keys.Len() < MaxSourceBytes-20; i++ {
		fmt.Fprintf(&keys, "k%d:\n", i)
	}
	aliases.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&aliases, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	for i := range 1400 {
		indented.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return map[string]string{
		"100 000 brackets":           "a: " + strings.Repeat("[", 100_000),
		"100 000 braces":             strings.Repeat("{a: ", 100_000),
		"100 000 dashes":             strings.Repeat("- ", 100_000),
		"9 000 closed brackets":      "a: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"1 400 nested lines":         indented.String(),
		"aliases of aliases":         aliases.String(),
		"keys without end":           keys.String(),
		"half a million equal keys":  "{" + strings.Repeat("a,", 500_000) + "}",
		"half a million items":       "a: [" + strings.Repeat("a,", 500_000) + "]",
		"half a million comments":    strings.Repeat("#\n", 500_000),
		"a quarter million markers":  "a: b\n" + strings.Repeat("---\n", 250_000),
		"aliases without an anchor":  "a: [" + strings.Repeat("*x,", 300_000) + "]",
		"deep and wide duplicates":   strings.Repeat("{a: ", 900) + "{" + strings.Repeat("a,", 20_000) + "}" + strings.Repeat("}", 900),
		"a million tabs":             "a: b" + strings.Repeat("\t", 1_000_000),
		"tab behind 200 000 entries": "{" + strings.Repeat("a: 1,", 200_000) + "b:\t1}",
		"colons":                     "a: " + strings.Repeat(":", 1_000_000),
	}
}

// A hostile source is read within bounds: it may not blow up, and says at most so much.
func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	for name, source := range bombs() {
		t.Run(name, func(t *testing.T) {
			root, findings := read([]byte(source), defaultLimits)
			if len(findings) > maxNoted+2 {
				t.Errorf("%d findings", len(findings))
			}
			if root == nil {
				return
			}
			if nodes, depth := measure(root); nodes > defaultLimits.nodes || depth > defaultLimits.depth {
				t.Errorf("read %d nodes, %d levels deep", nodes, depth)
			}
		})
	}
}

// measure counts nodes and levels, and follows aliases if there are any.
func measure(n *yaml.Node) (nodes, depth int) {
	nodes = 1
	for _, c := range append(n.Content, n.Alias) {
		if c != nil {
			below, deep := measure(c)
			nodes, depth = nodes+below, max(depth, deep)
		}
	}
	return nodes, depth + 1
}

func FuzzRead(f *testing.F) {
	for _, c := range editCases {
		f.Add([]byte(c.before))
	}
	addCorpusSeeds(f)
	f.Fuzz(func(t *testing.T, source []byte) {
		root, findings := read(source, defaultLimits)
		if root == nil && len(findings) == 0 {
			t.Error("nothing was read and nobody says why")
		}
		for _, finding := range findings {
			if finding.Line < 1 || finding.Column < 1 || finding.Message == "" {
				t.Errorf("finding without a place or a message: %+v", finding)
			}
			if lines := len(Excerpt(source, finding)); lines > 4*(excerptWidth+excerptWidth+10) {
				t.Errorf("an excerpt of %d bytes", lines)
			}
		}
	})
}

// BenchmarkRead compares reading with a bare parse of the library in one run.
func BenchmarkRead(b *testing.B) {
	source := []byte(benchmarkFlow(30))
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var n yaml.Node
			if err := yaml.Unmarshal(source, &n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if root, _ := read(source, defaultLimits); root == nil {
				b.Fatal("not read")
			}
		}
	})
	b.Run("ensure read-only", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, changed, err := EnsureReadOnly(source); err != nil || !changed {
				b.Fatal(err)
			}
		}
	})
}

// benchmarkFlow is a flow with a number of tasks.
func benchmarkFlow(tasks int) string {
	var flow strings.Builder
	flow.WriteString("id: benchmark\nnamespace: company.team\ntasks:\n")
	for i := range tasks {
		fmt.Fprintf(&flow, "  - id: task_%d\n    type: io.kestra.plugin.core.log.Log\n    # said to everyone\n    message: \"Hello {{ flow.id }}, %d\"\n    level: INFO\n", i, i)
	}
	return flow.String()
}
