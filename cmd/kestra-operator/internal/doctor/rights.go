package doctor

import (
	"context"
	"fmt"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kestra-operator/kestra-operator/cmd/kestra-operator/internal/config"
	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// right is something that the operator must be allowed to do.
type right struct {
	namespace, group, resource, name string
	verbs                            string
}

const (
	flows  = "kestraflows"
	values = "kestrakeyvalues"
	files  = "kestranamespacefiles"
)

// rightsOf lists what an operator of this configuration does.
func rightsOf(c config.Config) []right {
	own := c.Namespace
	rights := []right{
		{own, "", "secrets", c.HashKeyName(), "get"},
		{own, "", "secrets", "", "create"},
	}
	namespaces := c.WatchNamespaces
	if len(namespaces) == 0 {
		namespaces = []string{""}
	}
	for _, namespace := range namespaces {
		for _, resource := range []string{flows, values, files} {
			rights = append(rights,
				right{namespace, v1alpha1.GroupName, resource, "", "get list watch patch"},
				right{namespace, v1alpha1.GroupName, resource + "/status", "", "patch"})
		}
		rights = append(rights, right{namespace, "events.k8s.io", "events", "", "create patch"})
		if c.References {
			rights = append(rights, right{namespace, "", "secrets", "", "get list watch"}, right{namespace, "", "configmaps", "", "get list watch"})
		}
	}
	for _, resource := range []string{flows, values, files} {
		rights = append(rights, right{"", "apiextensions.k8s.io", "customresourcedefinitions", resource + "." + v1alpha1.GroupName, "get"})
	}
	return append(rights, optionalRights(c)...)
}

// optionalRights are those that only some configurations take.
func optionalRights(c config.Config) []right {
	own := c.Namespace
	var rights []right
	if c.CRDs == config.CRDOperator {
		rights = append(rights, right{"", "apiextensions.k8s.io", "customresourcedefinitions", "", "create"})
	}
	if c.LeaderElect {
		rights = append(rights,
			right{own, "coordination.k8s.io", "leases", c.LeaseName(), "get update"},
			right{own, "coordination.k8s.io", "leases", "", "create"})
	}
	if c.Kestra.Version == "" {
		rights = append(rights,
			right{own, "", "configmaps", c.CatalogName(), "get list watch update"},
			right{own, "", "configmaps", "", "create"})
	}
	if c.References {
		rights = append(rights, right{"", "authorization.k8s.io", "subjectaccessreviews", "", "create"})
	}
	return append(rights, certificateRights(c)...)
}

// certificateRights are those that the certificate and the webhook configurations take.
func certificateRights(c config.Config) []right {
	const group, validating, mutating = "admissionregistration.k8s.io", "validatingwebhookconfigurations", "mutatingwebhookconfigurations"
	own, w := c.Namespace, c.Webhook
	if w.SelfManaged {
		return []right{
			{"", group, validating, "", "list watch"}, {"", group, validating, w.ValidatingConfiguration, "update"},
			{"", group, mutating, "", "list watch"}, {"", group, mutating, w.MutatingConfiguration, "update"},
			{own, "", "secrets", w.SecretName, "update"}, {own, "", "secrets", "", "list watch"},
		}
	}
	rights := []right{{"", group, validating, w.ValidatingConfiguration, "list"}, {"", group, mutating, w.MutatingConfiguration, "list"}}
	if w.SecretName != "" {
		rights = append(rights, right{own, "", "secrets", w.SecretName, "list watch"})
	}
	if w.CertificateName != "" {
		rights = append(rights, right{own, "cert-manager.io", "certificates", w.CertificateName, "get"})
	}
	return rights
}

// rights asks the API server whether the operators may do what they do.
func (e *examination) rights(ctx context.Context) {
	for _, i := range e.installations {
		if i.config.Namespace == "" {
			continue // its configuration cannot be read, and that was said
		}
		account := fmt.Sprintf("system:serviceaccount:%s:%s", i.deployment.Namespace, i.serviceAccount())
		var missing []string
		for _, right := range rightsOf(i.config) {
			denied, err := e.denied(ctx, account, right)
			if err != nil {
				e.skip("rights", "what the operator may do", err)
				return
			}
			if denied != "" {
				missing = append(missing, denied)
			}
		}
		if len(missing) > 0 {
			e.add("rights", Failed, "apply the roles of the installation again", "the operator's account %s may not %s", account, strings.Join(missing, "; "))
			continue
		}
		e.ok("rights", "%s may do all that the operator does", account)
	}
}

// denied returns what of a right the account does not have, in words; nothing when it has it.
func (e *examination) denied(ctx context.Context, account string, r right) (string, error) {
	namespace := strings.Split(account, ":")[2]
	var verbs []string
	for verb := range strings.FieldsSeq(r.verbs) {
		resource, subresource, _ := strings.Cut(r.resource, "/")
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User:   account,
			Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: r.namespace, Group: r.group, Resource: resource, Subresource: subresource, Name: r.name, Verb: verb,
			},
		}}
		err := e.Cluster.Create(ctx, review)
		if apierrors.IsForbidden(err) {
			return "", fmt.Errorf("you may not ask (subjectaccessreviews): %w", err)
		}
		if err != nil {
			return "", err
		}
		if !review.Status.Allowed {
			verbs = append(verbs, verb)
		}
	}
	if len(verbs) == 0 {
		return "", nil
	}
	where := ""
	if r.namespace != "" {
		where = " in namespace " + r.namespace
	}
	if r.name != "" {
		where = " " + r.name + where
	}
	return strings.Join(verbs, ", ") + " " + r.resource + where, nil
}
