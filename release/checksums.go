package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checksumsName is the file of checksums, which "sha256sum --check" reads.
const checksumsName = "SHA256SUMS"

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// writeChecksums writes and returns the checksums of every file of the release, by name.
func (r release) writeChecksums() (string, error) {
	files, err := os.ReadDir(r.output) // sorted
	if err != nil {
		return "", err
	}
	var sums strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(r.output, file.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&sums, "%s  %s\n", checksum(content), file.Name())
	}
	_, err = r.write(checksumsName, []byte(sums.String()))
	return sums.String(), err
}
