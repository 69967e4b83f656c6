package docs

import (
	"testing"

	"github.com/kestra-operator/kestra-operator/test/doctest"
)

const project = "../.."

// readPages returns every page that people read.
func readPages(t *testing.T) []doctest.Page {
	t.Helper()
	pages, err := doctest.Pages(project)
	if err != nil {
		t.Fatal(err)
	}
	return pages
}
