package validate

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Fix sets the label "system.readOnly" in every flow of the files that the arguments name, and returns the
// files it changed. Every other byte stays. A flow whose label cannot be set, because its source is not YAML
// or stands in a quoted text, is an error and stays as it is.
func Fix(arguments []string) (changed []string, problems []error) {
	if slices.Contains(arguments, Stdin) {
		return nil, []error{errors.New("standard input cannot be changed: name files")}
	}
	inputs, problems := readInputs(arguments, bytes.NewReader(nil))
	for _, in := range inputs {
		fixed, errs := fixText(in)
		problems = append(problems, errs...)
		if bytes.Equal(fixed, in.text) {
			continue
		}
		if err := replace(in.name, fixed); err != nil {
			problems = append(problems, err)
			continue
		}
		changed = append(changed, in.name)
	}
	return changed, problems
}

// replace writes a file that exists, with the permissions it has.
func replace(name string, text []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, info.Mode().Perm())
}

// fixText returns the text of a file with the label set.
func fixText(in input) ([]byte, []error) {
	documents := split(in.text)
	if !holdsManifest(documents) {
		if !in.named && (len(documents) == 0 || !documents[0].looksLikeFlow()) {
			return in.text, nil
		}
		fixed, _, err := flow.EnsureReadOnly(in.text)
		if err != nil {
			return in.text, []error{fmt.Errorf("%s: %w", in.name, err)}
		}
		return fixed, nil
	}
	lines := bytes.SplitAfter(in.text, []byte("\n"))
	var problems []error
	for _, document := range slices.Backward(documents) { // from the end, so that places before stay
		objects, _, unreadable := document.objects()
		if unreadable != nil {
			problems = append(problems, fmt.Errorf("%s: %s", in.name, unreadable.Message))
			continue
		}
		for _, o := range slices.Backward(objects) {
			source := child(child(o.node, "spec"), "source")
			if o.kind != "KestraFlow" || source == nil {
				continue
			}
			var err error
			if lines, err = fixScalar(lines, document, source); err != nil {
				problems = append(problems, fmt.Errorf("%s: %s%s: %w", in.name, o.at, v1alpha1.LabelReadOnly, err))
			}
		}
	}
	return bytes.Join(lines, nil), problems
}

// fixScalar sets the label in a flow that stands in a literal block, and replaces only the lines that differ.
func fixScalar(lines [][]byte, d document, source *yaml.Node) ([][]byte, error) {
	fixed, changed, err := flow.EnsureReadOnly([]byte(source.Value))
	if err != nil || !changed {
		return lines, err
	}
	before, after := strings.Split(source.Value, "\n"), strings.Split(string(fixed), "\n")
	same := 0
	for same < len(before) && same < len(after) && before[same] == after[same] {
		same++
	}
	sameEnd := 0
	for sameEnd < len(before)-same && sameEnd < len(after)-same && before[len(before)-1-sameEnd] == after[len(after)-1-sameEnd] {
		sameEnd++
	}
	first, indent, literal := newScalarPlace(source, d.text).locate(1)
	if !literal {
		return lines, fmt.Errorf("the source does not stand in a literal block (source: |), so it is not changed")
	}
	ending := "\n"
	if bytes.HasSuffix(lines[0], []byte("\r\n")) {
		ending = "\r\n"
	}
	var replacement [][]byte
	for _, line := range after[same : len(after)-sameEnd] {
		replacement = append(replacement, []byte(strings.Repeat(" ", indent)+strings.TrimSuffix(line, "\r")+ending))
	}
	from := d.firstLine + first - 1 + same
	return slices.Replace(lines, from, from+len(before)-same-sameEnd, replacement...), nil
}
