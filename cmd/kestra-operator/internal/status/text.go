package status

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/terminal"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// messageLimit is how much of a message is shown, in characters: "kubectl describe" shows the whole.
const messageLimit = 300

// Text says how a summary is printed.
type Text struct {
	// All lists the objects that are ready too.
	All bool
	// Everywhere says that the summary is of all Kubernetes namespaces.
	Everywhere bool
	// Style of the output.
	Style terminal.Style
}

// Write prints a summary as a tree: namespaces of Kestra, kinds with their counts, and the objects that are not ready
// with the reason.
func (t Text) Write(out io.Writer, summary Summary) error {
	var b strings.Builder
	for _, namespace := range summary.Namespaces {
		fmt.Fprintf(&b, "%s  %s\n", t.Style.Bold(namespace.title()), t.count(namespace.Count))
		t.kinds(&b, namespace.Kinds)
	}
	switch {
	case summary.Total > 0:
		fmt.Fprintf(&b, "\n%s\n", t.count(summary.Count))
	case t.Everywhere:
		b.WriteString("no objects\n")
	default:
		b.WriteString("no objects in this Kubernetes namespace; --all-namespaces looks in every one\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (n Namespace) title() string {
	if n.Tenant == "" {
		return n.Name
	}
	return n.Tenant + "/" + n.Name
}

func (t Text) kinds(b *strings.Builder, kinds []Kind) {
	for i, kind := range kinds {
		branch, trunk := "├─ ", "│  "
		if i == len(kinds)-1 {
			branch, trunk = "└─ ", "   "
		}
		fmt.Fprintf(b, "%s%-19s  %s\n", branch, kind.Name, t.count(kind.Count))
		shown := kind.Objects
		if !t.All {
			shown = slices.DeleteFunc(slices.Clone(shown), func(o Object) bool { return o.State == plugin.Ready })
		}
		for j, object := range shown {
			twig, below := "├─ ", "│  "
			if j == len(shown)-1 {
				twig, below = "└─ ", "   "
			}
			fmt.Fprintf(b, "%s%s%s\n", trunk, twig, t.object(object))
			if message := validation.Printable(object.Message, messageLimit); message != "" && object.State == plugin.NotReady {
				fmt.Fprintf(b, "%s%s%s\n", trunk, below, t.Style.Dim(message))
			}
		}
	}
}

func (t Text) object(o Object) string {
	name := o.Namespace + "/" + o.Name
	if o.ID != o.Name {
		name += " (" + validation.Printable(o.ID, messageLimit) + ")"
	}
	return name + "  " + t.paint(o.State)(o.Reason)
}

// count prints how many are ready, such as "2 of 3 ready, 1 suspended".
func (t Text) count(c Count) string {
	state := plugin.Ready
	if c.NotReady > 0 {
		state = plugin.NotReady
	}
	text := t.paint(state)(fmt.Sprintf("%d of %d ready", c.Ready, c.Total))
	if c.Suspended > 0 {
		text += t.Style.Doubtful(fmt.Sprintf(", %d suspended", c.Suspended))
	}
	return text
}

func (t Text) paint(state plugin.State) func(string) string {
	switch state {
	case plugin.Ready:
		return t.Style.Good
	case plugin.Suspended:
		return t.Style.Doubtful
	}
	return t.Style.Bad
}
