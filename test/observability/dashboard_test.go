package observability

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kestra-operator/kestra-operator/test/cluster/build"
)

const dashboardFile = "../../config/observability/dashboard.json"

// panel of a dashboard, as far as it is looked at here.
type panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	GridPos     struct {
		H, W, X, Y int
	} `json:"gridPos"`
	Targets []struct {
		Expr    string `json:"expr"`
		Instant bool   `json:"instant"`
	} `json:"targets"`
}

type dashboard struct {
	UID           string  `json:"uid"`
	Title         string  `json:"title"`
	SchemaVersion int     `json:"schemaVersion"`
	Panels        []panel `json:"panels"`
	Templating    struct {
		List []struct {
			Name string `json:"name"`
		} `json:"list"`
	} `json:"templating"`
}

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	text, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Panels) < 10 {
		t.Fatalf("there are only %d panels", len(d.Panels))
	}
	return d
}

func TestTheDashboardIsLaidOutWithoutGapsOrOverlaps(t *testing.T) {
	const width = 24
	d := readDashboard(t)
	taken, ids, bottom := map[[2]int]string{}, map[int]string{}, 0
	for _, p := range d.Panels {
		if other, found := ids[p.ID]; found {
			t.Errorf("%q and %q have the id %d", p.Title, other, p.ID)
		}
		ids[p.ID] = p.Title
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, found := taken[[2]int{x, y}]; found {
					t.Fatalf("%q lies over %q", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		bottom = max(bottom, p.GridPos.Y+p.GridPos.H)
	}
	if len(taken) != width*bottom {
		t.Errorf("%d of %d cells are filled", len(taken), width*bottom)
	}
}

func TestEveryPanelExplainsItselfAndAsksForTheChosenOperator(t *testing.T) {
	for _, p := range readDashboard(t).Panels {
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("%q has no description, or no query", p.Title)
		}
		for _, target := range p.Targets {
			if !strings.Contains(target.Expr, `{job=~"$job"`) {
				t.Errorf("%q asks for every operator: %s", p.Title, target.Expr)
			}
		}
	}
}

func TestTheDashboardIsWhatGrafanasOwnSchemaSays(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "grafana")
	compile := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	compile.Dir, compile.Env = "grafana", build.Environment()
	if output, err := compile.CombinedOutput(); err != nil {
		leaveOut(t, "no schema of Grafana's: %v\n%s", err, output)
	}
	text, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text string
		good bool
	}{
		"as it is":           {string(text), true},
		"with another field": {strings.Replace(string(text), `"graphTooltip"`, `"graphTooltips"`, 1), false},
		"with another type":  {strings.Replace(string(text), `"editable": true`, `"editable": "yes"`, 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			check := exec.CommandContext(t.Context(), binary)
			check.Stdin = strings.NewReader(test.text)
			if output, err := check.CombinedOutput(); (err == nil) != test.good {
				t.Errorf("%v: %s", err, output)
			}
		})
	}
}

// withVariables fills in what Grafana would. A rate is over the whole test, since a busy machine misses scrapes.
func withVariables(expression string) string {
	return strings.NewReplacer("$job", ".*", "$__rate_interval", "10m", "$__range", "10m").Replace(expression)
}

func (w *world) everyPanelHasData(t *testing.T) {
	if w.prometheus == nil {
		leaveOut(t, "no Prometheus")
	}
	for _, panel := range readDashboard(t).Panels {
		for _, target := range panel.Targets {
			w.eventually(panel.Title+" has data", func() error {
				series, err := w.prometheus.query(t.Context(), withVariables(target.Expr), target.Instant)
				if err == nil && series == 0 {
					err = errors.New("nothing for " + target.Expr)
				}
				return err
			})
		}
	}
}

// alertsAreQuiet asks for what must hold of an operator that is well by now.
func (w *world) alertsAreQuiet(t *testing.T) {
	if w.prometheus == nil {
		leaveOut(t, "no Prometheus")
	}
	for _, name := range []string{
		"KestraOperatorAbsent", "KestraOperatorWithoutLeader", "KestraOperatorCertificateMissing", "KestraOperatorCertificateExpiring",
		"KestraOperatorCatalogsDiffer", "KestraOperatorKestraUnavailable", "KestraOperatorCatalogStale",
	} {
		rule, found := alertsByName(t)[name]
		if !found {
			t.Fatalf("there is no alert %s", name)
		}
		w.eventually(name+" is quiet", func() error {
			series, err := w.prometheus.query(t.Context(), rule.Expr, true)
			if err == nil && series > 0 {
				err = fmt.Errorf("it would fire: %s", rule.Expr)
			}
			return err
		})
	}
	for _, name := range []string{"KestraOperatorDriftReported"} {
		if series, err := w.prometheus.query(t.Context(), alertsByName(t)[name].Expr, true); err != nil || series == 0 {
			t.Errorf("%s does not see what was reported: %v", name, err)
		}
	}
}
