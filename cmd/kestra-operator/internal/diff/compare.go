package diff

import (
	"bytes"
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/plugin"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/schemas/keyvalue"
	"github.com/kestra-operator/kestra-operator/schemas/namespacefile"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Change says how what Kestra holds relates to an object.
type Change string

// Changes.
const (
	// Same means that there is nothing to write.
	Same Change = "same"
	// Absent means that Kestra holds nothing there.
	Absent Change = "absent"
	// Different means that Kestra holds something else.
	Different Change = "different"
)

// Difference is what sets an object apart from what Kestra holds.
type Difference struct {
	Object plugin.Object
	Change Change
	// Before is what Kestra holds, and After what the object says; both are empty where they are not to be shown.
	Before, After string
	// Hidden says in words what is different where it is not to be shown.
	Hidden string
}

// Comparer compares objects with one Kestra server.
type Comparer struct {
	Kestra *kestra.Client
	// Cluster is where Secrets and ConfigMaps are read; nil when there is no cluster.
	Cluster client.Reader
	// Beside are Secrets and ConfigMaps that are to be applied with the objects, and count before those of the cluster.
	Beside map[Holder]map[string][]byte
	// Tenant of objects that name none.
	Tenant string
	// KeepSource leaves out the label system.readOnly, for an operator whose mode is off.
	KeepSource bool
	// ShowValues shows values of key-values that do not come from a Secret.
	ShowValues bool
}

// Compare reads what Kestra holds for an object, and tells the difference.
func (c Comparer) Compare(ctx context.Context, object plugin.Object) (Difference, error) {
	target := kestra.Target{Tenant: object.Tenant, Namespace: object.Place, Name: object.ID}
	if target.Tenant == "" {
		target.Tenant = c.Tenant
	}
	difference := Difference{Object: object}
	var err error
	switch o := object.Object.(type) {
	case *v1alpha1.KestraFlow:
		err = c.flow(ctx, target, o, &difference)
	case *v1alpha1.KestraKeyValue:
		err = c.keyValue(ctx, target, o, &difference)
	case *v1alpha1.KestraNamespaceFile:
		err = c.file(ctx, target, o, &difference)
	}
	if err != nil {
		return difference, fmt.Errorf("compare %s: %w", object, err)
	}
	return difference, nil
}

func (c Comparer) flow(ctx context.Context, target kestra.Target, obj *v1alpha1.KestraFlow, d *Difference) error {
	wanted := []byte(obj.Spec.Source)
	if !c.KeepSource {
		edited, _, err := flow.EnsureReadOnly(wanted)
		if err != nil {
			return err
		}
		wanted = edited
	}
	seen, err := c.Kestra.Flow(ctx, target)
	if kestra.IsNotFound(err) {
		d.Change, d.After = Absent, string(wanted)
		return nil
	}
	if err != nil {
		return err
	}
	d.set(seen.Source == string(wanted), seen.Source, string(wanted))
	return nil
}

func (c Comparer) keyValue(ctx context.Context, target kestra.Target, obj *v1alpha1.KestraKeyValue, d *Difference) error {
	wanted, secret, err := c.value(ctx, obj)
	if err != nil {
		return err
	}
	seen, err := c.Kestra.KeyValue(ctx, target)
	if kestra.IsNotFound(err) || kestra.IsGone(err) {
		d.Change, d.After = Absent, entryText(obj.Spec.Type, wanted)
		d.hide(secret || !c.ShowValues, "Kestra holds no such entry")
		return nil
	}
	if err != nil {
		return err
	}
	d.set(keyvalue.Equal(obj.Spec.Type, wanted, seen.Type, seen.Value), entryText(seen.Type, plainText(seen.Value)), entryText(obj.Spec.Type, wanted))
	d.hide(secret || !c.ShowValues, "the value differs")
	return nil
}

func (c Comparer) file(ctx context.Context, target kestra.Target, obj *v1alpha1.KestraNamespaceFile, d *Difference) error {
	wanted, secret, err := c.content(ctx, obj)
	if err != nil {
		return err
	}
	info, err := c.Kestra.StatFile(ctx, target)
	if kestra.IsNotFound(err) {
		d.Change, d.After = Absent, string(wanted)
		d.hide(secret || isBinary(wanted), "Kestra holds no such file")
		return nil
	}
	if err != nil {
		return err
	}
	sizes := fmt.Sprintf("Kestra holds %d bytes, the object has %d", info.Size, len(wanted))
	switch {
	case info.Directory:
		d.Change, d.Hidden = Different, "Kestra holds a directory of that name"
		return nil
	case info.Size > namespacefile.MaxContentBytes:
		d.Change, d.Hidden = Different, sizes
		return nil
	}
	seen, err := c.Kestra.File(ctx, target, namespacefile.MaxContentBytes)
	if err != nil {
		return err
	}
	d.set(bytes.Equal(seen, wanted), string(seen), string(wanted))
	d.hide(isBinary(seen) || isBinary(wanted), sizes)
	d.hide(secret, "the content differs")
	return nil
}

func (d *Difference) set(same bool, before, after string) {
	d.Change = Same
	if !same {
		d.Change, d.Before, d.After = Different, before, after
	}
}

// hide takes the content out of a difference and says something about it instead.
func (d *Difference) hide(hidden bool, words string) {
	if hidden && d.Change != Same {
		d.Before, d.After, d.Hidden = "", "", words
	}
}

// isBinary tells what is not text for people.
func isBinary(content []byte) bool { return bytes.IndexByte(content, 0) >= 0 }
