package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	synccommon "github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"
)

// application is the name of the Argo CD application that all objects belong to.
const application = "flows"

// track marks objects as Argo CD does before it compares and applies them.
func track(asked request) error {
	for _, object := range asked.Objects {
		object.SetNamespace(asked.Namespace)
		if err := argo.NewResourceTracking().SetAppInstance(object, common.LabelKeyAppInstance, application, asked.Namespace,
			v1alpha1.TrackingMethod(asked.Tracking), ""); err != nil {
			return err
		}
	}
	return nil
}

// customizations are the health scripts of Argo CD's ConfigMap, as Argo CD reads them.
func customizations(asked request) (lua.ResourceHealthOverrides, error) {
	overrides := lua.ResourceHealthOverrides{}
	if err := yaml.Unmarshal([]byte(asked.Customizations), &overrides); err != nil {
		return nil, fmt.Errorf("read resource.customizations: %w", err)
	}
	return overrides, nil
}

// argoSync is one sync operation of an application: hooks, waves, applying, waiting for health and pruning.
func argoSync(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	if err := track(asked); err != nil {
		return nil, err
	}
	overrides, err := customizations(asked)
	if err != nil {
		return nil, err
	}
	live := cache.NewClusterCache(config,
		cache.SetNamespaces([]string{asked.Namespace}),
		cache.SetLogr(logr.Discard()),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (info any, cacheManifest bool) {
			name := argo.NewResourceTracking().GetAppName(object, common.LabelKeyAppInstance, v1alpha1.TrackingMethod(asked.Tracking), "")
			return name, name == application
		}),
	)
	if err := live.EnsureSynced(); err != nil {
		return nil, err
	}
	defer live.Invalidate()
	operation := operation{phase: synccommon.OperationRunning, began: metav1.Now()}
	deadline := time.After(time.Duration(asked.Seconds) * time.Second)
	for !operation.phase.Completed() {
		if err := operation.step(config, live, asked, overrides); err != nil {
			return nil, err
		}
		select {
		case <-deadline:
			return operation.answers(), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(between):
		}
	}
	if operation.phase == synccommon.OperationError {
		return nil, errors.New(operation.message)
	}
	return operation.answers(), nil
}

// between two looks at a running operation.
const between = 300 * time.Millisecond

// operation is what Argo CD keeps of a running sync in its Application.
type operation struct {
	phase   synccommon.OperationPhase
	message string
	results []synccommon.ResourceSyncResult
	began   metav1.Time
}

// step continues the operation with what the cluster holds now, as Argo CD does whenever something changes.
func (o *operation) step(config *rest.Config, live cache.ClusterCache, asked request, overrides lua.ResourceHealthOverrides) error {
	managed, err := live.GetManagedLiveObjs(asked.Objects, func(r *cache.Resource) bool { return r.Info == application })
	if err != nil {
		return err
	}
	kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	// As with the sync option PrunePropagationPolicy=background: foreground deletion is ended by the garbage collector,
	// which a control plane without controllers does not have.
	background := metav1.DeletePropagationBackground
	syncer, cleanUp, err := sync.NewSyncContext("revision", sync.Reconcile(asked.Objects, managed, asked.Namespace, live),
		config, config, kubectl, asked.Namespace,
		sync.WithLogr(logr.Discard()),
		sync.WithInitialState(o.phase, o.message, o.results, o.began),
		sync.WithPrune(asked.Prune),
		sync.WithPrunePropagationPolicy(&background),
		sync.WithHealthOverride(overrides),
		sync.WithServerSideApply(asked.ServerSide),
		sync.WithServerSideApplyManager(common.ArgoCDSSAManager),
		sync.WithManifestValidation(true),
	)
	if err != nil {
		return err
	}
	defer cleanUp()
	syncer.Sync()
	o.phase, o.message, o.results = syncer.GetState()
	return nil
}

func (o *operation) answers() []answer {
	answers := []answer{{Object: "operation", Result: string(o.phase), Message: o.message}}
	for _, r := range o.results {
		result := string(r.Status)
		if r.HookType != "" {
			result = string(r.HookPhase)
		}
		answers = append(answers, answer{
			Object: r.ResourceKey.Kind + "/" + r.ResourceKey.Name, Result: result, Message: r.Message, Hook: string(r.HookType), Order: r.Order,
		})
	}
	return answers
}
