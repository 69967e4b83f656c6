package controllers

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// isGone is true when the API server says that an object is not there. What a load balancer sends in its place, which has
// lost the route, is told with the same reason and knows nothing of objects: work would be lost.
func isGone(err error) bool {
	return apierrors.IsNotFound(err) && !apierrors.IsUnexpectedServerError(err)
}

// unlessGone is nil when the API server says that an object is not there, and the error otherwise.
func unlessGone(err error) error {
	if isGone(err) {
		return nil
	}
	return err
}
