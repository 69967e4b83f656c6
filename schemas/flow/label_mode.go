package flow

import (
	"fmt"
	"slices"
	"strings"
)

// LabelMode says who sets the label that keeps a flow read-only in Kestra, and where.
type LabelMode string

const (
	// LabelModeAuto is LabelModeMutate, except where a changed source would look like drift for ever.
	LabelModeAuto LabelMode = "auto"
	// LabelModeMutate edits the stored source.
	LabelModeMutate LabelMode = "mutate"
	// LabelModeRender leaves the stored source alone and edits what is sent to Kestra.
	LabelModeRender LabelMode = "render"
	// LabelModeDeny refuses a source without the label.
	LabelModeDeny LabelMode = "deny"
	// LabelModeOff does nothing about the label.
	LabelModeOff LabelMode = "off"
)

// LabelModes are all modes, the default first.
var LabelModes = []LabelMode{LabelModeAuto, LabelModeMutate, LabelModeRender, LabelModeDeny, LabelModeOff}

// ParseLabelMode reads a mode from a flag or a variable; empty means LabelModeAuto.
func ParseLabelMode(text string) (LabelMode, error) {
	mode := LabelMode(strings.ToLower(strings.TrimSpace(text)))
	if mode == "" {
		return LabelModeAuto, nil
	}
	if !slices.Contains(LabelModes, mode) {
		return "", fmt.Errorf("unknown read-only label mode %q: use one of %v", text, LabelModes)
	}
	return mode, nil
}
