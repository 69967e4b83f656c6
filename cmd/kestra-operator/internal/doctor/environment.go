package doctor

import (
	"context"
	"errors"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
)

const (
	// unknownCredential stands for one that the pod has and whoever asks may not read, or that is in a file.
	unknownCredential = "unknown:unknown"
	fileSuffix        = "_FILE"
)

// errNotFromHere is what reading a file of the pod gives.
var errNotFromHere = errors.New("the file is in the pod")

// podEnvironment reads the environment of a container as the kubelet would make it.
type podEnvironment struct {
	cluster   client.Reader
	namespace string
	values    map[string]string
	hidden    []string
}

// read returns the environment. What may not be read is noted, and counts as set where it is named.
func (p *podEnvironment) read(ctx context.Context, container *corev1.Container) config.Environment {
	p.values = map[string]string{}
	for _, source := range container.EnvFrom {
		var data map[string]string
		switch {
		case source.SecretRef != nil:
			data = p.secret(ctx, source.SecretRef.Name)
		case source.ConfigMapRef != nil:
			data = p.configMap(ctx, source.ConfigMapRef.Name)
		}
		for key, value := range data {
			p.values[source.Prefix+key] = value
		}
	}
	for _, variable := range container.Env {
		p.values[variable.Name] = p.value(ctx, variable)
	}
	for name, value := range p.values {
		if credential, isFile := strings.CutSuffix(name, fileSuffix); isFile && value != "" {
			p.values[credential] = unknownCredential
			delete(p.values, name)
		}
	}
	return config.Environment{
		Getenv:   func(name string) string { return p.values[name] },
		ReadFile: func(string) ([]byte, error) { return nil, errNotFromHere },
	}
}

func (p *podEnvironment) value(ctx context.Context, variable corev1.EnvVar) string {
	from := variable.ValueFrom
	switch {
	case from == nil:
		return variable.Value
	case from.FieldRef != nil && from.FieldRef.FieldPath == "metadata.namespace":
		return p.namespace
	case from.SecretKeyRef != nil:
		before := len(p.hidden)
		data := p.secret(ctx, from.SecretKeyRef.Name)
		if len(p.hidden) > before {
			return unknownCredential
		}
		return data[from.SecretKeyRef.Key]
	case from.ConfigMapKeyRef != nil:
		return p.configMap(ctx, from.ConfigMapKeyRef.Name)[from.ConfigMapKeyRef.Key]
	}
	return ""
}

func (p *podEnvironment) secret(ctx context.Context, name string) map[string]string {
	var secret corev1.Secret
	if err := p.get(ctx, "Secret", name, &secret); err != nil {
		return nil
	}
	data := make(map[string]string, len(secret.Data))
	for key, value := range secret.Data {
		data[key] = string(value)
	}
	return data
}

func (p *podEnvironment) configMap(ctx context.Context, name string) map[string]string {
	var configMap corev1.ConfigMap
	if err := p.get(ctx, "ConfigMap", name, &configMap); err != nil {
		return nil
	}
	return configMap.Data
}

// get reads an object; one that is not there is no secret, and counts as empty.
func (p *podEnvironment) get(ctx context.Context, kind, name string, into client.Object) error {
	err := p.cluster.Get(ctx, client.ObjectKey{Namespace: p.namespace, Name: name}, into)
	if client.IgnoreNotFound(err) != nil {
		p.hidden = append(p.hidden, kind+" "+name)
	}
	return err
}
