package certificate

import (
	"context"
	"fmt"
	"time"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// State is how far cert-manager is with a Certificate.
type State string

const (
	// Ready certificates are issued, and valid for now.
	Ready State = "Ready"
	// NotReady certificates are not issued yet, not valid any more, or not what the Certificate asks for.
	NotReady State = "NotReady"
	// Unseen are Certificates of which cert-manager has said nothing.
	Unseen State = "Unseen"
	// Missing is the state of a Certificate that is not there.
	Missing State = "Missing"
	// NoAPI is the state of every Certificate in a cluster that does not serve cert-manager's API.
	NoAPI State = "NoAPI"
)

// Report is what cert-manager says of one Certificate.
type Report struct {
	Certificate types.NamespacedName
	State       State
	// Reason and Message are cert-manager's own words for State Ready or NotReady.
	Reason  string
	Message string
	// Failure is cert-manager's word on the latest attempt to issue, when that failed.
	Failure string
	// NotAfter is the end of the issued certificate; zero while there is none.
	NotAfter time.Time
}

// AddToScheme adds the types that the reader of [Look] must know.
func AddToScheme(scheme *runtime.Scheme) error { return certmanagerv1.AddToScheme(scheme) }

// Look asks for a Certificate. The reader must know the types of [AddToScheme], and its caller must be allowed to get
// certificates.cert-manager.io of this name; an error is the API server's.
func Look(ctx context.Context, reader client.Reader, name types.NamespacedName) (Report, error) {
	report := Report{Certificate: name}
	var certificate certmanagerv1.Certificate
	err := reader.Get(ctx, name, &certificate)
	switch {
	case meta.IsNoMatchError(err):
		report.State = NoAPI
		return report, nil
	case apierrors.IsNotFound(err):
		report.State = Missing
		return report, nil
	case err != nil:
		return report, fmt.Errorf("read Certificate %s: %w", name, err)
	}
	report.State = Unseen
	if certificate.Status.NotAfter != nil {
		report.NotAfter = certificate.Status.NotAfter.Time
	}
	for _, condition := range certificate.Status.Conditions {
		report.add(condition)
	}
	return report, nil
}

func (r *Report) add(condition certmanagerv1.CertificateCondition) {
	switch condition.Type {
	case certmanagerv1.CertificateConditionReady:
		r.State = NotReady
		if condition.Status == cmmeta.ConditionTrue {
			r.State = Ready
		}
		r.Reason, r.Message = condition.Reason, condition.Message
	case certmanagerv1.CertificateConditionIssuing:
		if condition.Status == cmmeta.ConditionFalse {
			r.Failure = condition.Message // the condition of an attempt that succeeded is removed
		}
	}
}
