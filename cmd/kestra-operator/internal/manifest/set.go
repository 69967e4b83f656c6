package manifest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
)

// File is one file of manifests.
type File struct {
	// Path within the output, with slashes.
	Path    string
	Content []byte
	// Excluded files are not in the kustomization.
	Excluded bool
	// Private files hold secrets.
	Private bool
}

// Render returns one file for each item, and one for each Secret, by path. The objects are of the Kubernetes
// namespace, or of the one they are applied to when it is empty.
func Render(items []Item, kubernetesNamespace string) ([]File, error) {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(Describe(a.Target), Describe(b.Target)))
	})
	var files []File
	for start := 0; start < len(items); {
		end := start
		for end < len(items) && items[end].folder == items[start].folder {
			end++
		}
		rendered, err := renderFolder(items[start:end], kubernetesNamespace)
		if err != nil {
			return nil, err
		}
		files = append(files, rendered...)
		start = end
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

func renderFolder(items []Item, kubernetesNamespace string) ([]File, error) {
	targets := make([]kestra.Target, len(items))
	for i, item := range items {
		if i > 0 && item.Target == targets[i-1] {
			return nil, fmt.Errorf("%s: there twice; keep one", Describe(item.Target))
		}
		targets[i] = item.Target
	}
	var files []File
	for i, name := range names(targets) {
		rendered, err := items[i].render(metav1.ObjectMeta{Name: name, Namespace: kubernetesNamespace})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", Describe(items[i].Target), err)
		}
		files = append(files, rendered...)
	}
	return files, nil
}

// render writes the item's file, and another one for a Secret, so that the latter can be kept elsewhere.
func (i Item) render(meta metav1.ObjectMeta) ([]File, error) {
	public := File{Path: i.folder + "/" + meta.Name + extension, Excluded: i.Excluded}
	lines := slices.Clone(i.Remarks)
	if i.comment != nil {
		lines = append(lines, i.comment(meta)...)
	}
	for _, line := range lines {
		public.Content = fmt.Appendf(public.Content, "# %s\n", line)
	}
	files := []File{public}
	var documents [][]byte
	for _, object := range i.objects(meta) {
		text, err := encode(object)
		if err != nil {
			return nil, err
		}
		if _, secret := object.(*corev1.Secret); secret {
			path := secretFolder + "/" + meta.Name + extension
			files = append(files, File{Path: path, Content: text, Excluded: i.Excluded, Private: true})
			continue
		}
		documents = append(documents, text)
	}
	files[0].Content = append(files[0].Content, bytes.Join(documents, []byte("---\n"))...)
	return files, nil
}

// Describe names a target for a person: "company.team/hello", with its tenant in front when it has one.
func Describe(target kestra.Target) string {
	return strings.TrimPrefix(target.String(), "/")
}
