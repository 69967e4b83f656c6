package certificate

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
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

var kind = schema.GroupVersionKind{Group: "cert-manager.io", Version: "v1", Kind: "Certificate"}

// certificateStatus is what is looked at of a Certificate's. Cert-manager's own types would have the program bring those of the
// Gateway API too.
type certificateStatus struct {
	Conditions []metav1.Condition `json:"conditions"`
	NotAfter   metav1.Time        `json:"notAfter"`
}

// Look asks for a Certificate. The caller of the reader must be allowed to get certificates.cert-manager.io of this name; an
// error is the API server's.
func Look(ctx context.Context, reader client.Reader, name types.NamespacedName) (Report, error) {
	report := Report{Certificate: name}
	certificate := &unstructured.Unstructured{}
	certificate.SetGroupVersionKind(kind)
	err := reader.Get(ctx, name, certificate)
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
	told, _, err := unstructured.NestedMap(certificate.Object, "status")
	if err != nil {
		return report, fmt.Errorf("read Certificate %s: %w", name, err)
	}
	var status certificateStatus
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(told, &status); err != nil {
		return report, fmt.Errorf("read the status of Certificate %s: %w", name, err)
	}
	report.NotAfter = status.NotAfter.Time
	for _, condition := range status.Conditions {
		report.add(condition)
	}
	return report, nil
}

func (r *Report) add(condition metav1.Condition) {
	switch condition.Type {
	case "Ready":
		r.State = NotReady
		if condition.Status == metav1.ConditionTrue {
			r.State = Ready
		}
		r.Reason, r.Message = condition.Reason, condition.Message
	case "Issuing":
		if condition.Status == metav1.ConditionFalse {
			r.Failure = condition.Message // the condition of an attempt that succeeded is removed
		}
	}
}
