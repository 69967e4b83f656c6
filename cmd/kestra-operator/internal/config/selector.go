package config

import (
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/kestra-operator/kestra-operator/schemas/v1alpha1"
)

// Selector of the objects that the operator keeps: those of its class, with the labels it was told.
func (c Config) Selector() (labels.Selector, error) {
	selector, err := labels.Parse(c.WatchSelector)
	if err != nil {
		return nil, fmt.Errorf("--watch-selector: %w", err)
	}
	operator, values := selection.DoesNotExist, []string(nil)
	if c.OperatorClass != "" {
		operator, values = selection.Equals, []string{c.OperatorClass}
	}
	class, err := labels.NewRequirement(v1alpha1.LabelOperatorClass, operator, values)
	if err != nil {
		return nil, fmt.Errorf("--operator-class: %w", err)
	}
	return selector.Add(*class), nil
}
