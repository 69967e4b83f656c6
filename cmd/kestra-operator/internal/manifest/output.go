package manifest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
)

const kustomizationName = "kustomization.yaml"

// Stdout is the output that means the standard one.
const Stdout = "-"

// Write puts files in a folder, with a kustomization of those that are not excluded; or, when the output is
// Stdout, prints these as one stream of documents. Files of the same name are overwritten, others are left.
func Write(files []File, output string, stdout io.Writer) error {
	if output == Stdout {
		return writeStream(files, stdout)
	}
	if err := os.MkdirAll(output, 0o755); err != nil { //nolint:gosec // manifests are for everyone to read
		return fmt.Errorf("make the output folder: %w", err)
	}
	root, err := os.OpenRoot(output)
	if err != nil {
		return fmt.Errorf("open the output folder: %w", err)
	}
	defer func() { _ = root.Close() }() // nothing is buffered
	for _, file := range append(files, kustomization(files)) {
		if err := file.write(root); err != nil {
			return fmt.Errorf("write %s: %w", path.Join(output, file.Path), err)
		}
	}
	return nil
}

func (f File) write(root *os.Root) error {
	if err := root.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if f.Private {
		mode = 0o600
		// What is there already keeps its mode when it is written to.
		if err := root.Remove(f.Path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return root.WriteFile(f.Path, f.Content, mode)
}

func kustomization(files []File) File {
	text := bytes.NewBufferString("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:")
	listed := 0
	for _, file := range files {
		if !file.Excluded {
			fmt.Fprintf(text, "\n  - %s", file.Path)
			listed++
		}
	}
	if listed == 0 {
		text.WriteString(" []")
	}
	text.WriteByte('\n')
	return File{Path: kustomizationName, Content: text.Bytes()}
}

func writeStream(files []File, out io.Writer) error {
	first := true
	for _, file := range files {
		if file.Excluded {
			continue
		}
		separator := "---\n"
		if first {
			separator, first = "", false
		}
		if _, err := fmt.Fprintf(out, "%s%s", separator, file.Content); err != nil {
			return fmt.Errorf("print the manifests: %w", err)
		}
	}
	return nil
}
