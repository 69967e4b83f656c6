package main

import (
	"context"
	"fmt"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/argoproj/argo-cd/v3/common"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// strategies are the ways in which Argo CD compares, as an application's options choose them.
var strategies = map[string]func(*argodiff.DiffConfigBuilder){
	"three-way":                      func(*argodiff.DiffConfigBuilder) {},
	"structured-merge":               func(b *argodiff.DiffConfigBuilder) { b.WithStructuredMergeDiff(true) },
	"server-side":                    func(b *argodiff.DiffConfigBuilder) { b.WithServerSideDiff(true) },
	"server-side with the mutations": func(b *argodiff.DiffConfigBuilder) { b.WithServerSideDiff(true).WithIgnoreMutationWebhook(false) },
}

// argoDiff compares each object with what the cluster holds, in every way, with no ignoreDifferences.
func argoDiff(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	if err := track(asked); err != nil {
		return nil, err
	}
	kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	_, parser, err := kubectl.LoadOpenAPISchema(config)
	if err != nil {
		return nil, err
	}
	dryRuns, cleanUp, err := kubectl.ManageServerSideDiffDryRuns(config)
	if err != nil {
		return nil, err
	}
	defer cleanUp()
	var answers []answer
	for _, object := range asked.Objects {
		live, err := kubectl.GetResource(ctx, config, object.GroupVersionKind(), object.GetName(), object.GetNamespace())
		if err != nil {
			return nil, err
		}
		for name, choose := range strategies {
			builder := argodiff.NewDiffConfigBuilder().
				WithDiffSettings(nil, nil, true, normalizers.IgnoreNormalizerOpts{}).
				WithTracking(common.LabelKeyAppInstance, asked.Tracking).
				WithNoCache().
				WithGVKParser(parser).
				WithManager(common.ArgoCDSSAManager).
				WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(dryRuns))
			choose(builder)
			a, err := compare(live, object, builder)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", nameOf(object), name, err)
			}
			a.Message = name + ": " + a.Message
			answers = append(answers, a)
		}
	}
	return answers, nil
}

func compare(live, object *unstructured.Unstructured, builder *argodiff.DiffConfigBuilder) (answer, error) {
	config, err := builder.Build()
	if err != nil {
		return answer{}, err
	}
	result, err := argodiff.StateDiff(live, object, config)
	if err != nil {
		return answer{}, err
	}
	a := answer{Object: nameOf(object), Result: "Synced"}
	if result.Modified {
		a.Result = "OutOfSync"
		a.Message = fmt.Sprintf("live %s, predicted %s", result.NormalizedLive, result.PredictedLive)
	}
	return a, nil
}

// argoHealth assesses what the cluster holds of each object.
func argoHealth(ctx context.Context, config *rest.Config, asked request) ([]answer, error) {
	overrides, err := customizations(asked)
	if err != nil {
		return nil, err
	}
	kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	var answers []answer
	for _, object := range asked.Objects {
		live, err := kubectl.GetResource(ctx, config, object.GroupVersionKind(), object.GetName(), asked.Namespace)
		if err != nil {
			return nil, err
		}
		status, err := health.GetResourceHealth(live, overrides)
		if err != nil {
			return nil, err
		}
		if status == nil {
			status = &health.HealthStatus{}
		}
		answers = append(answers, answer{Object: nameOf(live), Result: string(status.Status), Message: status.Message})
	}
	return answers, nil
}
