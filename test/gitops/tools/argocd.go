package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/go-logr/logr"
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
	ctx, cancel := context.WithTimeout(ctx, time.Duration(asked.Seconds)*time.Second)
	defer cancel()
	stop, syncer, err := startEngine(config, asked)
	if err != nil {
		return nil, err
	}
	defer stop()
	results, err := syncer.Sync(ctx, asked.Objects, ofApplication, "revision", asked.Namespace,
		sync.WithLogr(logr.Discard()),
		sync.WithPrune(asked.Prune),
		sync.WithHealthOverride(overrides),
		sync.WithServerSideApply(asked.ServerSide),
		sync.WithServerSideApplyManager(common.ArgoCDSSAManager),
		sync.WithManifestValidation(true),
	)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	var answers []answer
	for _, r := range results {
		result := string(r.Status)
		if r.HookType != "" {
			result = string(r.HookPhase)
		}
		answers = append(answers, answer{
			Object: r.ResourceKey.Kind + "/" + r.ResourceKey.Name, Result: result, Message: r.Message, Hook: string(r.HookType), Order: r.Order,
		})
	}
	return answers, nil
}

func startEngine(config *rest.Config, asked request) (engine.StopFunc, engine.GitOpsEngine, error) {
	clusterCache := cache.NewClusterCache(config,
		cache.SetNamespaces([]string{asked.Namespace}),
		cache.SetLogr(logr.Discard()),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (info any, cacheManifest bool) {
			name := argo.NewResourceTracking().GetAppName(object, common.LabelKeyAppInstance, v1alpha1.TrackingMethod(asked.Tracking), "")
			return name, name == application
		}),
	)
	syncer := engine.NewEngine(config, clusterCache, engine.WithLogr(logr.Discard()))
	stop, err := syncer.Run()
	return stop, syncer, err
}

func ofApplication(r *cache.Resource) bool { return r.Info == application }
