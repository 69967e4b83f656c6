package controllers

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
	"github.com/kestra-operator/kestra-operator/schemas/validation"
)

// fileStrategy keeps namespace files.
type fileStrategy struct {
	server *kestra.Client
	values *valueReader
	hashes keyedHash
}

func (*fileStrategy) kind() string { return "KestraNamespaceFile" }
func (*fileStrategy) newObject() *v1alpha1.KestraNamespaceFile {
	return &v1alpha1.KestraNamespaceFile{}
}
func (*fileStrategy) newList() client.ObjectList { return &v1alpha1.KestraNamespaceFileList{} }

func (*fileStrategy) policy(obj *v1alpha1.KestraNamespaceFile) *v1alpha1.SyncPolicy {
	return &obj.Spec.SyncPolicy
}

func (*fileStrategy) status(obj *v1alpha1.KestraNamespaceFile) *v1alpha1.SyncStatus {
	return &obj.Status.SyncStatus
}

func (*fileStrategy) recorded(obj *v1alpha1.KestraNamespaceFile) string {
	return obj.Status.ContentHash
}

func (*fileStrategy) references(obj *v1alpha1.KestraNamespaceFile) *v1alpha1.ValueSource {
	return obj.Spec.ContentFrom
}

func (*fileStrategy) target(obj *v1alpha1.KestraNamespaceFile) kestra.Target {
	return kestra.Target{
		Tenant:    obj.Spec.Tenant,
		Namespace: obj.Spec.Namespace,
		Name:      strings.TrimPrefix(obj.Spec.Filename, "/"),
	}
}

func (s *fileStrategy) want(ctx context.Context, obj *v1alpha1.KestraNamespaceFile, target kestra.Target) (wanted, error) {
	if errs, _ := validation.ValidateNamespaceFile(obj); len(errs) > 0 {
		return nil, refusal(errs)
	}
	w := &wantedFile{fileStrategy: s, obj: obj, target: target}
	switch spec := obj.Spec; {
	case spec.Content != nil:
		w.content = []byte(*spec.Content)
	case spec.ContentFrom == nil:
		w.content = spec.BinaryContent
	default:
		content, err := s.values.read(ctx, obj.Namespace, spec.ContentFrom)
		if err != nil {
			return nil, err
		}
		if err := namespacefile.CheckSize(len(content)); err != nil {
			path := field.NewPath("spec", "contentFrom")
			return nil, refusal(field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())})
		}
		w.content = content
	}
	return w, nil
}

// place is the directory that holds the file.
func (*fileStrategy) place(target kestra.Target) kestra.Target {
	target.Name = strings.TrimPrefix(path.Dir("/"+target.Name), "/")
	return target
}

func (s *fileStrategy) list(ctx context.Context, place kestra.Target) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		entries, err := s.server.Directory(ctx, place)
		if err != nil && !kestra.IsNotFound(err) {
			yield(listed{}, err)
			return
		}
		for _, entry := range entries {
			target := kestra.Target{Tenant: place.Tenant, Namespace: place.Namespace, Name: entry.Path}
			if !yield(listed{target, fileRevision(entry.FileInfo)}, nil) {
				return
			}
		}
	}
}

// fileRevision stands for the revision that Kestra does not tell: every write sets the time of a file.
func fileRevision(info kestra.FileInfo) int64 {
	if info.Directory || info.Modified.IsZero() {
		return 0
	}
	return info.Modified.UnixMilli()
}

func (s *fileStrategy) remove(ctx context.Context, target kestra.Target) error {
	return s.server.DeleteFile(ctx, target)
}

// wantedFile is the file that Kestra shall hold.
type wantedFile struct {
	*fileStrategy
	obj     *v1alpha1.KestraNamespaceFile
	target  kestra.Target
	content []byte
	// before is the size of the file that was seen; -1 when none was.
	before int64
	// revision that Kestra holds; 0 when it is not known.
	revision int64
}

func (w *wantedFile) hash() string { return w.hashes.of(w.content) }

// look asks for the size first: a path can be a directory, and a file far longer than any object can hold is
// not read.
func (w *wantedFile) look(ctx context.Context) (found, error) {
	w.before = -1
	info, err := w.server.StatFile(ctx, w.target)
	switch {
	case kestra.IsNotFound(err):
		return found{}, nil
	case err != nil:
		return found{}, err
	case info.Directory:
		return found{}, &problem{
			reason:  v1alpha1.ReasonNotAdopted,
			message: fmt.Sprintf("%s is a directory in Kestra, which is left as it is; move it, or use another filename", w.target),
			stalled: true,
		}
	}
	w.before = info.Size
	detail := fmt.Sprintf(" (%d bytes, %s)", info.Size, moment(info.Modified))
	if info.Size > namespacefile.MaxContentBytes {
		return found{exists: true, detail: detail}, nil
	}
	w.revision = fileRevision(info) // of the content that is read next, or of one before
	seen, err := w.server.File(ctx, w.target, namespacefile.MaxContentBytes)
	if err != nil {
		return found{}, err
	}
	return found{
		exists:  true,
		settled: bytes.Equal(seen, w.content),
		hash:    w.hashes.of(seen),
		detail:  detail,
	}, nil
}

func (w *wantedFile) write(ctx context.Context) error {
	err := w.server.PutFile(ctx, w.target, w.content)
	if kestra.IsNotFound(err) {
		return &problem{
			reason:  v1alpha1.ReasonNotAdopted,
			message: fmt.Sprintf("a parent of %s is a file in Kestra, which is left as it is; move it, or use another filename", w.target),
			stalled: true,
		}
	}
	if err != nil {
		return err
	}
	return w.verify(ctx)
}

// verify looks at what was written, because the answer to a write tells nothing, not even its time. The size is
// proof enough where it was another one before.
func (w *wantedFile) verify(ctx context.Context) error {
	info, err := w.server.StatFile(ctx, w.target)
	if kestra.IsNotFound(err) || (err == nil && info.Size != int64(len(w.content))) {
		return notHeld(w.target)
	}
	if err != nil {
		return err
	}
	if w.before == info.Size {
		seen, err := w.server.File(ctx, w.target, namespacefile.MaxContentBytes)
		if err != nil {
			return err
		}
		if !bytes.Equal(seen, w.content) {
			return notHeld(w.target)
		}
	}
	w.revision = fileRevision(info)
	return nil
}

func (w *wantedFile) record() int64 {
	w.obj.Status.ContentHash = w.hash()
	w.obj.Status.Size = ptr.To(int64(len(w.content)))
	return w.revision
}
