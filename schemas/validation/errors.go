package validation

import "k8s.io/apimachinery/pkg/util/validation/field"

// invalid is the error of a field whose value must not be shown: it may be a secret, or as large as a flow.
func invalid(path *field.Path, detail string) *field.Error {
	return field.Invalid(path, field.OmitValueType{}, Printable(detail, MaxDetailLength))
}

// invalidIf is the list of one such error, or of none when err is nil.
func invalidIf(path *field.Path, err error) field.ErrorList {
	if err == nil {
		return nil
	}
	return field.ErrorList{invalid(path, err.Error())}
}

// asWarnings says errors as warnings, for an object that is already stored as it is.
func asWarnings(errs field.ErrorList) []string {
	var warnings []string
	for _, err := range errs {
		detail := err.Detail
		if detail == "" {
			detail = err.Type.String()
		}
		warnings = append(warnings, err.Field+": "+detail)
	}
	return warnings
}

// forUpdate is the verdict on an update: errors count only when a judged field changed.
func forUpdate(unchanged bool, errs field.ErrorList, warnings []string) (field.ErrorList, []string) {
	if unchanged {
		return nil, boundWarnings(append(asWarnings(errs), warnings...))
	}
	return errs, warnings
}
