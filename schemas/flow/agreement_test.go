package flow

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// recordings is where the answers of real servers are; they are not part of the project.
const recordings = "../../../shared"

// verdict is what a real server answered to one source.
type verdict struct {
	File     string `json:"file"`
	Probe    string `json:"probe"`
	Source   string `json:"source"`
	Accepted bool   `json:"accepted"`
	Create   struct {
		Message string `json:"message"`
	} `json:"create"`
	Constraints string `json:"constraints"`
}

// tally counts how the judge and a server agree.
type tally struct {
	agree, policy, notJudged, refusals int
	falseRejects, misses               []string
	kinds                              map[string]int
}

var goals = map[string]float64{"verdicts": 2, "probes": 1, "slips": 0.5, "probes-made-from-1.3": 1}

func TestAgreement(t *testing.T) {
	if _, err := os.Stat(recordings); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the recordings of real servers must be there in CI: %v", err)
		}
		t.Skipf("no recordings of real servers: %v", err)
	}
	for _, server := range []string{"1.3.25", "1.3.25-plugins", "2.0.0-SNAPSHOT"} {
		t.Run(server, func(t *testing.T) {
			catalog := catalogOf(t, server)
			for _, set := range []string{"verdicts", "probes", "slips", "probes-made-from-1.3"} {
				path := filepath.Join(recordings, "kestra", server, set+".jsonl")
				if _, err := os.Stat(path); err != nil {
					continue // not every server was asked everything
				}
				t.Run(set, func(t *testing.T) {
					report(t, server, set, compare(readVerdicts(t, path), catalog), goals[set])
				})
			}
		})
	}
}

func catalogOf(t *testing.T, server string) *Catalog {
	t.Helper()
	var catalog *Catalog
	var err error
	if server == "1.3.25-plugins" {
		schema, openErr := os.Open(filepath.Join(recordings, "kestra", server, "flow-schema.json"))
		if openErr != nil {
			t.Fatal(openErr)
		}
		defer schema.Close()
		catalog, err = CatalogFromSchema(schema, "1.3.25")
	} else {
		catalog, err = Embedded(server)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.Warm(); err != nil {
		t.Fatal(err)
	}
	return catalog
}

func readVerdicts(t *testing.T, path string) []verdict {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []verdict
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var v verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if v.File != "" {
			source, err := os.ReadFile(filepath.Join(recordings, "corpus", v.File))
			if err != nil {
				t.Fatal(err)
			}
			v.Source = string(source)
		}
		all = append(all, v)
	}
	return all
}

func compare(verdicts []verdict, catalog *Catalog) *tally {
	n := &tally{kinds: map[string]int{}}
	for _, v := range verdicts {
		n.add(v, Check([]byte(v.Source), Identity{}, catalog, Options{MaxFindings: 1000}))
	}
	return n
}

func (n *tally) add(v verdict, report Report) {
	if !v.Accepted {
		n.refusals++
	}
	name := v.Probe + v.File
	errors, policy := 0, 0
	var first Finding
	for _, f := range report.Findings {
		if f.Severity != Error {
			continue
		}
		if strings.HasPrefix(f.Rule, "policy-") {
			policy++
			continue
		}
		if errors == 0 {
			first = f
		}
		errors++
	}
	switch {
	case v.Accepted == (errors == 0) && (v.Accepted || errors > 0):
		if policy > 0 && v.Accepted {
			n.policy++
			return
		}
		n.agree++
	case v.Accepted:
		n.falseRejects = append(n.falseRejects, fmt.Sprintf("%s: %s [%s]\n%s", name, first, first.Rule, v.Source))
	case policy > 0:
		n.policy++
	case pluginNotInstalled(v, report):
		n.notJudged++
	default:
		kind := messageKind(v.Create.Message)
		n.kinds[kind]++
		n.misses = append(n.misses, fmt.Sprintf("%s\n   %s\n%s", name, v.Create.Message, v.Source))
	}
}

var invalidType = regexp.MustCompile(`Invalid type: ([\w.]+)`)

// pluginNotInstalled tells whether the server refused a type that is a plugin's for all that the core catalog
// can know, and that the judge warned about.
func pluginNotInstalled(v verdict, report Report) bool {
	m := invalidType.FindStringSubmatch(v.Create.Message)
	if m == nil {
		return false
	}
	for _, f := range report.Findings {
		if f.Rule == "unknown-plugin" && strings.Contains(f.Message, m[1]) {
			return true
		}
	}
	return false
}

var (
	quoted = regexp.MustCompile("`[^`]*`|\"[^\"]*\"|'[^']*'|\\([^)]*\\)")
	places = regexp.MustCompile(`(?i)(?:at )?\[Source.*|[0-9]+`)
)

// messageKind groups the messages of a server.
func messageKind(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	line = places.ReplaceAllString(quoted.ReplaceAllString(line, "…"), "N")
	if len(line) > 110 {
		line = line[:110]
	}
	return line
}

func report(t *testing.T, server, set string, n *tally, goal float64) {
	t.Helper()
	share := 100 * float64(len(n.misses)) / float64(max(n.refusals, 1))
	total := n.agree + n.policy + n.notJudged + len(n.misses) + len(n.falseRejects)
	fmt.Printf("%-15s %-20s total %5d  agree %5d  policy %3d  plugin not installed %4d  false rejects %3d  misses %3d of %4d refusals (%.2f %%, goal %.1f %%)\n",
		server, set, total, n.agree, n.policy, n.notJudged, len(n.falseRejects), len(n.misses), n.refusals, share, goal)
	kinds := make([]string, 0, len(n.kinds))
	for kind := range n.kinds {
		kinds = append(kinds, kind)
	}
	sort.Slice(kinds, func(a, b int) bool {
		return n.kinds[kinds[a]] > n.kinds[kinds[b]] || n.kinds[kinds[a]] == n.kinds[kinds[b]] && kinds[a] < kinds[b]
	})
	if testing.Verbose() {
		for _, kind := range kinds {
			fmt.Printf("    %4d  %s\n", n.kinds[kind], kind)
		}
	}
	if folder := os.Getenv("AGREEMENT_DIR"); folder != "" {
		write := func(name string, texts []string) {
			path := filepath.Join(folder, server+"-"+set+"-"+name+".txt")
			if err := os.WriteFile(path, []byte(strings.Join(texts, "\n=====\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write("false-rejects", n.falseRejects)
		write("misses", n.misses)
	}
	if len(n.falseRejects) > 0 {
		t.Errorf("%d flows that Kestra %s accepts are refused, first:\n%s", len(n.falseRejects), server, n.falseRejects[0])
	}
	if share > goal {
		t.Errorf("%.2f %% of the refusals are missed, the goal is %.1f %%", share, goal)
	}
}
