package kestra_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kestra-operator/kestra-operator/test/kestra"
)

const files = "/api/v1/main/namespaces/company.team/files"

func names(s *kestra.Server) map[string]string {
	found := map[string]string{}
	for name, content := range s.Files("main", "company.team") {
		found[name] = string(content)
	}
	return found
}

func TestDeletingAMissingFile(t *testing.T) {
	for name, tc := range map[string]struct {
		version string
		want    map[string]string
	}{
		"takes its only sibling along on 1.3.25": {"1.3.25", map[string]string{"/top.txt": "t"}},
		"does nothing since 1.3.44":              {"1.3.44", map[string]string{"/top.txt": "t", "/d/two.txt": "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, kestra.Options{Version: tc.version})
			c.server.PutFile("main", "company.team", "/top.txt", []byte("t"))
			c.server.PutFile("main", "company.team", "/d/two.txt", []byte("2"))
			c.want(200, http.MethodDelete, files+"?path=/d/one.txt", "", "")
			if diff := cmp.Diff(tc.want, names(c.server)); diff != "" {
				t.Errorf("files (-want +got)\n%s", diff)
			}
			if got := c.server.Violations(); len(got) != 1 || got[0].Kind != kestra.DeleteMissingFile {
				t.Errorf("violations %v", got)
			}
		})
	}
}

func TestDeletingTheEmptyPathEmptiesTheNamespace(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.server.PutFile("main", "company.team", "/d/two.txt", []byte("2"))
	c.want(200, http.MethodDelete, files+"?path=", "", "")
	if got := names(c.server); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	if got := c.server.Violations(); len(got) != 1 || got[0].Kind != kestra.EmptyNamespace {
		t.Errorf("violations %v", got)
	}
}

func TestAZipIsUnpackedFromTheRoot(t *testing.T) {
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	entry, err := writer.Create("inner/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, kestra.Options{})
	c.upload(200, "company.team", "/kept/archive.zip", "archive.ZIP", archive.String())
	if diff := cmp.Diff(map[string]string{"/inner/a.txt": "a"}, names(c.server)); diff != "" {
		t.Errorf("files (-want +got)\n%s", diff)
	}
}

func TestAFileOverADirectoryAnswers200(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.upload(200, "company.team", "/d/a.txt", "content", "a")
	c.upload(200, "company.team", "/d", "content", "b")
	if got := c.server.Violations(); len(got) != 1 || got[0].Kind != kestra.FileOverDirectory {
		t.Errorf("violations %v", got)
	}
}

func TestAFileUnderFlowsIsAFlow(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.upload(200, "other.team", "/_flows/hello.yml", "content", helloFlow("hello"))
	if _, found := c.server.Flow("main", "other.team", "hello"); !found {
		t.Error("the flow was not imported into the namespace of the files")
	}
}

func TestEveryPostIsARevision(t *testing.T) {
	c := newClient(t, kestra.Options{})
	c.upload(200, "company.team", "/a.txt", "content", "a")
	c.upload(200, "company.team", "/a.txt", "content", "a")
	if got := c.server.FileRevision("main", "company.team", "/a.txt"); got != 2 {
		t.Errorf("revision %d, want 2", got)
	}
}
