package main

import (
	"context"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/ssa"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// newManager is what Flux's kustomize-controller applies with.
func newManager(config *rest.Config, asked request) (*ssa.ResourceManager, error) {
	c, err := client.New(config, client.Options{Scheme: runtime.NewScheme()})
	if err != nil {
		return nil, err
	}
	manager := ssa.NewResourceManager(c, polling.NewStatusPoller(c, c.RESTMapper(), polling.Options{}),
		ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"})
	for _, object := range asked.Objects {
		object.SetNamespace(asked.Namespace)
	}
	manager.SetOwnerLabels(asked.Objects, "flows", asked.Namespace)
	return manager, nil
}

// fluxApply applies in stages, and waits for health as a Kustomization with "wait: true" does when there are seconds.
func fluxApply(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	manager, err := newManager(config, asked)
	if err != nil {
		return nil, err
	}
	changes, err := manager.ApplyAllStaged(ctx, asked.Objects, ssa.DefaultApplyOptions())
	if err != nil {
		return nil, err
	}
	if asked.Seconds > 0 {
		wait := ssa.WaitOptions{Interval: 200 * time.Millisecond, Timeout: time.Duration(asked.Seconds) * time.Second}
		if err := manager.WaitForSetWithContext(ctx, changes.ToObjMetadataSet(), wait); err != nil {
			return nil, err
		}
	}
	var answers []answer
	for _, change := range changes.Entries {
		answers = append(answers, answer{Object: change.ObjMetadata.GroupKind.Kind + "/" + change.ObjMetadata.Name, Result: string(change.Action)})
	}
	return answers, nil
}

// fluxDiff detects drift, with no rule about what to ignore.
func fluxDiff(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	manager, err := newManager(config, asked)
	if err != nil {
		return nil, err
	}
	var answers []answer
	for _, object := range asked.Objects {
		change, _, _, err := manager.Diff(ctx, object, ssa.DefaultDiffOptions())
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer{Object: nameOf(object), Result: string(change.Action)})
	}
	return answers, nil
}

// fluxHealth assesses what the cluster holds of each object.
func fluxHealth(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	manager, err := newManager(config, asked)
	if err != nil {
		return nil, err
	}
	var answers []answer
	for _, object := range asked.Objects {
		live := &unstructured.Unstructured{}
		live.SetGroupVersionKind(object.GroupVersionKind())
		if err := manager.Client().Get(ctx, client.ObjectKeyFromObject(object), live); err != nil {
			return nil, err
		}
		result, err := status.Compute(live)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer{Object: nameOf(live), Result: string(result.Status), Message: result.Message})
	}
	return answers, nil
}
