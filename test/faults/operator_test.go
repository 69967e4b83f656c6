package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/kestra-operator/kestra-operator/controllers"
	"github.com/kestra-operator/kestra-operator/controllers/kestra"
	"github.com/kestra-operator/kestra-operator/schemas/flow"
	"github.com/kestra-operator/kestra-operator/test/faults"
	devkestra "github.com/kestra-operator/kestra-operator/test/kestra"
	"github.com/kestra-operator/kestra-operator/test/suite"
)

const (
	// patience is how long the operator waits for an answer of Kestra.
	patience = 2 * time.Second
	// longSilence outlasts it.
	longSilence = time.Minute
)

// operator is one process of the operator as far as anybody outside can tell: what it does passes the two proxies,
// and once those are closed nothing it does has an effect any more.
type operator struct {
	toKestra *faults.Proxy
	toAPI    *faults.Proxy

	namespace   string
	credentials devkestra.Credentials
	token       string // instead of credentials
	// process is the program to run instead of a manager in this process; nil for none.
	process *program
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	synced bool
}

// loopback gives every proxy an address of its own.
var loopback struct {
	sync.Mutex
	last int
}

func nextAddress() string {
	loopback.Lock()
	defer loopback.Unlock()
	loopback.last++
	return fmt.Sprintf("127.83.%d.%d", loopback.last/250, 1+loopback.last%250)
}

// newOperator starts proxies for an operator, which reconciles one Kubernetes namespace after start.
func newOperator(server *devkestra.Server, tokens []devkestra.Token, namespace string) (*operator, error) {
	o := &operator{namespace: namespace, credentials: server.Credentials()}
	if len(tokens) > 0 {
		o.token = tokens[0].Value
	}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	var err error
	if o.toKestra, err = faults.Listen(nextAddress(), faults.KestraCall, server); err != nil {
		return nil, err
	}
	api, err := apiServer()
	if err != nil {
		return nil, err
	}
	if o.toAPI, err = faults.Listen(nextAddress(), faults.APIServerCall, api); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *operator) start() {
	if o.process != nil {
		o.running.Go(func() { o.process.run(o.ctx) })
		return
	}
	o.running.Go(o.run)
}

// apiServer passes requests on to the real one, as administrator.
var apiServer = sync.OnceValues(func() (http.Handler, error) {
	access := plane.Config()
	transport, err := rest.TransportFor(access)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(access.Host)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1, // a watch's events pass at once
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}, nil
})

// run starts the manager again whenever it cannot start, as a kubelet does, until the operator is stopped.
func (o *operator) run() {
	for o.ctx.Err() == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		if err := o.manage(transport); err != nil && o.ctx.Err() == nil {
			note("the manager: %v", err)
		}
		transport.CloseIdleConnections()
	}
}

func (o *operator) manage(transport *http.Transport) error {
	caller, err := kestra.New(kestra.Config{
		URL: o.toKestra.URL(), Username: o.credentials.Username, Password: o.credentials.Password, Token: o.token, Timeout: patience,
	})
	if err != nil {
		return err
	}
	defer caller.Close()
	catalog, err := flow.Embedded("")
	if err != nil {
		return err
	}
	mgr, err := o.newManager(transport)
	if err != nil {
		return err
	}
	targets, err := controllers.NewTargetIndex(o.ctx, mgr, tenant)
	if err != nil {
		return err
	}
	err = controllers.SetupWithManager(mgr, controllers.Options{
		Kestra:     caller,
		Targets:    targets,
		Catalog:    func() *flow.Catalog { return catalog },
		HashKey:    []byte("a key for the hashes of this test"),
		References: true,
		Interval:   time.Hour, // what a pass leaves wrong stays wrong, and is found
	})
	if err != nil {
		return err
	}
	var watching sync.WaitGroup
	watching.Go(func() {
		if mgr.GetCache().WaitForCacheSync(o.ctx) {
			o.mu.Lock()
			o.synced = true
			o.mu.Unlock()
		}
	})
	defer watching.Wait()
	return mgr.Start(o.ctx)
}

func (o *operator) newManager(transport *http.Transport) (ctrl.Manager, error) {
	cacheOptions := controllers.CacheOptions()
	cacheOptions.DefaultNamespaces = map[string]cache.Config{o.namespace: {}}
	return ctrl.NewManager(&rest.Config{Host: o.toAPI.URL(), Transport: transport, QPS: -1}, ctrl.Options{
		Scheme:     suite.Scheme(),
		Cache:      cacheOptions,
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: ptr.To(true)},
	})
}

func (o *operator) kestraProxy() *faults.Proxy { return o.toKestra }
func (o *operator) apiProxy() *faults.Proxy    { return o.toAPI }

// isSynced is true once the operator sees the objects.
func (o *operator) isSynced() bool {
	if o.process != nil {
		return o.process.watches(o.toAPI.Calls())
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.synced
}

// kill cuts every connection. What has not left the operator by now has no effect any more.
func (o *operator) kill() {
	if o.process != nil {
		o.cancel() // kill -9
	}
	o.toKestra.Close()
	o.toAPI.Close()
	o.cancel()
}

// stop kills the operator and waits until it is gone.
func (o *operator) stop() {
	o.kill()
	o.running.Wait()
}
