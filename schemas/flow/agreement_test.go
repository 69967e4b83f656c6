package flow

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/recordings"
)

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
	// rules counts the refused flows that each rule refuses too.
	rules map[string]int
}

// goals are the misses that a set may have, in percent of its refusals.
var goals = map[string]float64{"verdicts": 2, "probes": 1, "slips": 0.5, "probes-made-from-1.3": 1}

var update = flag.Bool("update", false, "write the checked-in report of the agreement anew")

// reportFile lists how the judge agrees with real servers, and each miss with its reason.
const reportFile = "agreement.md"

// missReasons say why the judge takes what a server refused, by a part of the server's message.
var missReasons = []struct{ message, reason string }{
	{"only available in Enterprise", "The Enterprise Edition takes it and a catalog does not know its edition: it is a warning."},
	{"invalid avro schema", "Valid JSON whose fields Avro refuses: the judge reads JSON, not Avro."},
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	recordings.Path(t, "kestra")
	var rows, misses []string
	proofs := map[string]int{}
	digest := recordingsDigest(t)
	for _, server := range []string{"1.3.25", "1.3.25-plugins", "2.0.0-SNAPSHOT"} {
		t.Run(server, func(t *testing.T) {
			catalog := catalogOf(t, server)
			for _, set := range []string{"verdicts", "probes", "slips", "probes-made-from-1.3"} {
				path := filepath.Join(recordings.Folder(), "kestra", server, set+".jsonl")
				if _, err := os.Stat(path); err != nil {
					continue // not every server was asked everything
				}
				t.Run(set, func(t *testing.T) {
					n := compare(readVerdicts(t, path), catalog)
					rows = append(rows, n.row(server, set))
					misses = append(misses, n.explained(server, set)...)
					for rule, count := range n.rules {
						proofs[rule] += count
					}
					n.report(t, server, set)
				})
			}
		})
	}
	checkReport(t, digest, rows, misses, proofs)
}

// recordingsDigest tells one set of recordings from another.
func recordingsDigest(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordings.Folder(), "kestra", "*", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.New()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		digest.Write(data)
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

// checkReport compares the agreement with the checked-in report of it, which speaks of one set of recordings:
// against others, the goals alone count.
func checkReport(t *testing.T, digest string, rows, misses []string, proofs map[string]int) {
	t.Helper()
	want := "# How the judge agrees with real Kestra servers\n\n" +
		"Written by `go test ./schemas/flow -run Agreement -update`. A refusal is missed when the judge admits the flow; policy rules and\n" +
		"types of plugins that the server does not have are counted apart. Digest of the recordings: " + digest + ".\n\n" +
		"| server | set | flows | agree | policy | plugin not installed | false rejects | misses | of refusals |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n" +
		strings.Join(rows, "") + "\n## Misses, and why\n\n" + strings.Join(misses, "")
	table, unproven := provenRules(proofs)
	want += table
	if *update {
		if err := os.WriteFile(reportFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(reportFile)
	if err == nil && !strings.Contains(string(got), digest) {
		t.Logf("%s speaks of other recordings; these gave:\n%s", reportFile, want)
		return
	}
	if len(unproven) > 0 {
		t.Errorf("no recorded refusal proves the rules %s", strings.Join(unproven, ", "))
	}
	if strings.Contains(want, noReason) {
		t.Errorf("a miss has no reason:\n%s", strings.Join(misses, ""))
	}
	if err != nil || string(got) != want {
		t.Errorf("%s is not current (%v); run go test ./schemas/flow -run Agreement -update and look at the difference", reportFile, err)
	}
}

// catalogsOf and verdictsOf keep what several tests read: it takes longer than judging it.
var (
	recordedMu sync.Mutex
	catalogsOf = map[string]*Catalog{}
	verdictsOf = map[string][]verdict{}
)

func catalogOf(t *testing.T, server string) *Catalog {
	t.Helper()
	recordedMu.Lock()
	defer recordedMu.Unlock()
	if catalogsOf[server] == nil {
		catalogsOf[server] = loadCatalogOf(t, server)
	}
	return catalogsOf[server]
}

func loadCatalogOf(t *testing.T, server string) *Catalog {
	t.Helper()
	var catalog *Catalog
	var err error
	if server == "1.3.25-plugins" {
		schema, openErr := os.Open(recordings.Path(t, "kestra", server, "flow-schema.json"))
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
	recordedMu.Lock()
	defer recordedMu.Unlock()
	if verdictsOf[path] == nil {
		verdictsOf[path] = parseVerdicts(t, path)
	}
	return verdictsOf[path]
}

func parseVerdicts(t *testing.T, path string) []verdict {
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
			source, err := os.ReadFile(recordings.Path(t, "corpus", v.File))
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
	n := &tally{kinds: map[string]int{}, rules: map[string]int{}}
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
	if !v.Accepted {
		for rule := range errorRules(report) {
			n.rules[rule]++
		}
	}
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
	case v.Accepted && errors == 0 && policy > 0:
		n.policy++
	case v.Accepted == (errors == 0):
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

// errorRules are the rules by which a report refuses.
func errorRules(report Report) map[string]bool {
	rules := map[string]bool{}
	for _, f := range report.Findings {
		if f.Severity == Error {
			rules[f.Rule] = true
		}
	}
	return rules
}

// unprovable are the error rules that no server can prove, beside policies: they compare a flow with the object around
// it, or say before the server what it would do.
var unprovable = map[string]bool{"id-mismatch": true, "namespace-mismatch": true}

// provenRules lists how many refused flows each error rule refuses too, and the rules without any.
func provenRules(proofs map[string]int) (table string, unproven []string) {
	var lines strings.Builder
	lines.WriteString("\n## Rules, and the recorded refusals that prove them\n\n| rule | refusals |\n|---|---:|\n")
	for _, rule := range ruleIndex {
		if rule.Severity != Error || strings.HasPrefix(rule.ID, "policy-") || unprovable[rule.ID] {
			continue
		}
		if proofs[rule.ID] == 0 {
			unproven = append(unproven, rule.ID)
		}
		fmt.Fprintf(&lines, "| %s | %d |\n", rule.ID, proofs[rule.ID])
	}
	return lines.String(), unproven
}

func (n *tally) total() int {
	return n.agree + n.policy + n.notJudged + len(n.misses) + len(n.falseRejects)
}

func (n *tally) missedShare() float64 {
	return 100 * float64(len(n.misses)) / float64(max(n.refusals, 1))
}

func (n *tally) row(server, set string) string {
	return fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %d | %d |\n", server, set, n.total(), n.agree, n.policy, n.notJudged,
		len(n.falseRejects), len(n.misses), n.refusals)
}

// noReason stands for the reason of a miss that nobody has looked at.
const noReason = "no reason is known"

// explained lists the kinds of the misses with their reasons.
func (n *tally) explained(server, set string) []string {
	var lines []string
	for _, kind := range n.sortedKinds() {
		reason := noReason
		for _, known := range missReasons {
			if strings.Contains(kind, known.message) {
				reason = known.reason
			}
		}
		lines = append(lines, fmt.Sprintf("- %s, %s: %d × `%s`: %s\n", server, set, n.kinds[kind], strings.ReplaceAll(kind, "`", ""), reason))
	}
	return lines
}

func (n *tally) sortedKinds() []string {
	kinds := sorted(n.kinds)
	sort.SliceStable(kinds, func(a, b int) bool { return n.kinds[kinds[a]] > n.kinds[kinds[b]] })
	return kinds
}

// report prints the tally, writes what differs into files of the folder AGREEMENT_DIR, and fails on a false
// reject or too many misses.
func (n *tally) report(t *testing.T, server, set string) {
	t.Helper()
	fmt.Printf("%-15s %-20s total %5d  agree %5d  policy %3d  plugin not installed %4d  false rejects %3d  misses %3d of %4d refusals (%.2f %%, goal %.1f %%)\n",
		server, set, n.total(), n.agree, n.policy, n.notJudged, len(n.falseRejects), len(n.misses), n.refusals, n.missedShare(), goals[set])
	if testing.Verbose() {
		for _, kind := range n.sortedKinds() {
			fmt.Printf("    %4d  %s\n", n.kinds[kind], kind)
		}
	}
	if folder := os.Getenv("AGREEMENT_DIR"); folder != "" {
		writeDifferences(t, filepath.Join(folder, server+"-"+set+"-false-rejects.txt"), n.falseRejects)
		writeDifferences(t, filepath.Join(folder, server+"-"+set+"-misses.txt"), n.misses)
	}
	if len(n.falseRejects) > 0 {
		t.Errorf("%d flows that Kestra %s accepts are refused, first:\n%s", len(n.falseRejects), server, n.falseRejects[0])
	}
	if n.missedShare() > goals[set] {
		t.Errorf("%.2f %% of the refusals are missed, the goal is %.1f %%", n.missedShare(), goals[set])
	}
}

func writeDifferences(t *testing.T, path string, texts []string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(texts, "\n=====\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
