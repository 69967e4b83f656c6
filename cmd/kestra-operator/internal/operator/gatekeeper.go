package operator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	// verdictLife is how long the API server's word on a token is good for; scrapes come more often.
	verdictLife = time.Minute
	// verdictCount bounds how many tokens are remembered.
	verdictCount = 256
	// verdictTimeout bounds the two questions about a token.
	verdictTimeout = 10 * time.Second
)

// gatekeeper lets a request through when the API server knows its token and lets whose it is make the request.
// It is what controller-runtime's package filters does, without the libraries of a whole API server.
type gatekeeper struct {
	clients kubernetes.Interface
	// verdicts holds HTTP statuses by path, method and hash of the token.
	verdicts *cache.LRUExpireCache
}

// newGatekeeper is a provider of a filter for the metrics server.
func newGatekeeper(access *rest.Config, client *http.Client) (metricsserver.Filter, error) {
	clients, err := kubernetes.NewForConfigAndClient(access, client)
	if err != nil {
		return nil, fmt.Errorf("connect to the API server to ask who may read metrics: %w", err)
	}
	g := &gatekeeper{clients: clients, verdicts: cache.NewLRUExpireCache(verdictCount)}
	return g.filter, nil
}

func (g *gatekeeper) filter(logger logr.Logger, handler http.Handler) (http.Handler, error) {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		status, err := g.judge(request)
		if err != nil {
			logger.Error(err, "Nobody can be let in to read metrics")
		}
		if status != http.StatusOK {
			http.Error(response, http.StatusText(status), status)
			return
		}
		handler.ServeHTTP(response, request)
	}), nil
}

// judge returns http.StatusOK for a request that may pass. An error is the API server's, not the caller's.
func (g *gatekeeper) judge(request *http.Request) (int, error) {
	token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	if !found || token == "" {
		return http.StatusUnauthorized, nil
	}
	attributes := authorizationv1.NonResourceAttributes{Path: request.URL.Path, Verb: strings.ToLower(request.Method)}
	key := verdictKey{attributes, sha256.Sum256([]byte(token))}
	if status, found := g.verdicts.Get(key); found {
		return status.(int), nil
	}
	ctx, cancel := context.WithTimeout(request.Context(), verdictTimeout)
	defer cancel()
	status, err := g.ask(ctx, token, attributes)
	if err != nil {
		return http.StatusInternalServerError, err
	}
	g.verdicts.Add(key, status, verdictLife)
	return status, nil
}

// verdictKey holds a hash, so that no token stays in memory.
type verdictKey struct {
	request authorizationv1.NonResourceAttributes
	token   [sha256.Size]byte
}

func (g *gatekeeper) ask(ctx context.Context, token string, attributes authorizationv1.NonResourceAttributes) (int, error) {
	whose := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}
	whose, err := g.clients.AuthenticationV1().TokenReviews().Create(ctx, whose, metav1.CreateOptions{})
	if err != nil {
		return 0, fmt.Errorf("ask the API server whose token it is: %w", err)
	}
	if !whose.Status.Authenticated {
		return http.StatusUnauthorized, nil
	}
	user := whose.Status.User
	extra := make(map[string]authorizationv1.ExtraValue, len(user.Extra))
	for name, values := range user.Extra {
		extra[name] = authorizationv1.ExtraValue(values)
	}
	may := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra, NonResourceAttributes: &attributes,
	}}
	may, err = g.clients.AuthorizationV1().SubjectAccessReviews().Create(ctx, may, metav1.CreateOptions{})
	if err != nil {
		return 0, fmt.Errorf("ask the API server what %s may do: %w", user.Username, err)
	}
	if !may.Status.Allowed {
		return http.StatusForbidden, nil
	}
	return http.StatusOK, nil
}
