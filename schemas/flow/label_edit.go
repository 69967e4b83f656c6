package flow

// EnsureReadOnly returns the source with the label "system.readOnly" set to "true", and whether anything
// changed. The edit is minimal, deterministic and idempotent: every byte outside of it stays.
func EnsureReadOnly(source []byte) (edited []byte, changed bool, err error) {
	return source, false, nil
}
