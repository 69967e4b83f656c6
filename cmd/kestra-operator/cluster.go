package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/selection"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// clusterFlags choose a cluster the way kubectl does.
type clusterFlags struct {
	loading   *clientcmd.ClientConfigLoadingRules
	overrides clientcmd.ConfigOverrides
}

func (f *clusterFlags) bind(flags *pflag.FlagSet) {
	f.loading = clientcmd.NewDefaultClientConfigLoadingRules()
	flags.StringVar(&f.loading.ExplicitPath, "kubeconfig", "", "kubeconfig file; KUBECONFIG or ~/.kube/config when empty")
	flags.StringVar(&f.overrides.CurrentContext, "context", "", "context of the kubeconfig; its current one when empty")
	flags.StringVarP(&f.overrides.Context.Namespace, "namespace", "n", "", "Kubernetes namespace; that of the context when empty")
}

// access returns how to reach the chosen cluster, and the chosen namespace. Without a kubeconfig it is that of the pod.
func (f *clusterFlags) access() (*rest.Config, string, error) {
	config := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(f.loading, &f.overrides)
	access, err := config.ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, "", errors.New("no cluster is chosen: name a kubeconfig with --kubeconfig or KUBECONFIG, or ask in the operator's pod")
	}
	if err != nil {
		return nil, "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	namespace, _, err := config.Namespace()
	if err != nil {
		return nil, "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	access.QPS = -1 // API servers give every caller a fair turn; five calls a second would hold back who has many objects
	return access, namespace, nil
}

// client returns a client of the chosen cluster, and the chosen namespace.
func (f *clusterFlags) client() (client.Client, string, error) {
	access, namespace, err := f.access()
	if err != nil {
		return nil, "", err
	}
	c, err := newClusterClient(access)
	return c, namespace, err
}

// reach returns a client of the chosen cluster, and the namespace to look for objects in: all of them where that was said.
func (f *clusterFlags) reach(selected selection.Selection, allNamespaces bool) (client.Client, string, error) {
	if allNamespaces && selected.Named() {
		return nil, "", errors.New("an object cannot be named across all namespaces: drop --all-namespaces")
	}
	c, namespace, err := f.client()
	if allNamespaces {
		namespace = metav1.NamespaceAll
	}
	return c, namespace, err
}

// newClusterClient returns a client that knows the types of Kubernetes and of the operator.
func newClusterClient(access *rest.Config) (client.Client, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register the types of Kubernetes: %w", err)
		}
	}
	c, err := client.New(access, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("reach the cluster: %w", err)
	}
	return c, nil
}
