package operator

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// token makes a service account, which may read metrics or not, and returns a token of it.
func (w world) token(t *testing.T, name string, mayRead bool) string {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	objects := []client.Object{account}
	if mayRead {
		meta := metav1.ObjectMeta{Name: name}
		objects = append(objects,
			&rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}}},
			&rbacv1.ClusterRoleBinding{
				ObjectMeta: meta,
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
				Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}},
			})
	}
	for _, object := range objects {
		if err := w.client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	request := &authenticationv1.TokenRequest{}
	if err := w.client.SubResource("token").Create(t.Context(), account, request); err != nil {
		t.Fatal(err)
	}
	return request.Status.Token
}

// metricsAreForThoseWhoMayReadThem asks an operator for its secured metrics.
func metricsAreForThoseWhoMayReadThem(t *testing.T, w world, address string) {
	scraper := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
	ask := func(t *testing.T, authorization string) int {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", authorization)
		response, err := scraper.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode
	}
	allowed := "Bearer " + w.token(t, "scraper", true)
	cases := map[string]struct {
		authorization string
		want          int
	}{
		"no token":                    {"", http.StatusUnauthorized},
		"a token of nobody":           {"Bearer made-up", http.StatusUnauthorized},
		"another way to authenticate": {"Basic " + allowed, http.StatusUnauthorized},
		"a token without the right":   {"Bearer " + w.token(t, "stranger", false), http.StatusForbidden},
		"a token with the right":      {allowed, http.StatusOK},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			eventually(t, "the answer", func() error { // a new role takes effect a moment later
				if got := ask(t, test.authorization); got != test.want {
					return fmt.Errorf("status %d, want %d", got, test.want)
				}
				return nil
			})
		})
	}
}
