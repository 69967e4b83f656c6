package kestra

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// postFile stores a file, or what a zip archive holds.
func (s *Server) postFile(c *call) (answer, error) {
	name, err := s.filePath(c)
	if err != nil {
		return answer{}, err
	}
	content, filename, err := fileContent(c)
	if err != nil {
		return answer{}, err
	}
	if strings.HasSuffix(strings.ToLower(filename), ".zip") {
		s.violation(c, ZipUpload)
		return empty(http.StatusOK), s.unpack(c, content)
	}
	return empty(http.StatusOK), s.storeFile(c, name, content)
}

// fileContent reads the multipart part fileContent.
func fileContent(c *call) (content []byte, filename string, err error) {
	if got := mediaType(c); got != "multipart/form-data" {
		return nil, "", unsupportedMediaType(got, "multipart/form-data")
	}
	reader, err := c.MultipartReader()
	if err != nil {
		return nil, "", badMultipart(err)
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "", &apiError{
				status:  http.StatusUnprocessableEntity,
				message: "Invalid route params: Required Part [fileContent] not specified",
			}
		}
		if err != nil {
			return nil, "", badMultipart(err)
		}
		if part.FormName() != "fileContent" {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(part, maxBody))
		if err != nil {
			return nil, "", badMultipart(err)
		}
		return content, part.FileName(), nil
	}
}

// unpack stores the files of an archive from the root on. What is no archive has none.
func (s *Server) unpack(c *call, content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil //nolint:nilerr // The server answers 200 and stores nothing.
	}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		file, err := entry.Open()
		if err != nil {
			return internalError(err.Error())
		}
		unpacked, err := io.ReadAll(io.LimitReader(file, maxBody))
		_ = file.Close()
		if err != nil {
			return internalError(err.Error())
		}
		if err := s.storeFile(c, path.Clean("/"+entry.Name), unpacked); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) storeFile(c *call, name string, content []byte) error {
	if isFlowFile(name) {
		return s.importFlow(c, name, content)
	}
	for _, component := range strings.Split(name, "/") {
		if len(component) > maxComponent {
			return illegalArgument("A file or folder name exceeds the maximum length of 255 characters.")
		}
	}
	if err := s.checkURI(c, name); err != nil {
		return err
	}
	if name == "/" {
		return storageError(c, name, "Is a directory")
	}
	underFile, overDirectory := false, false
	s.store.withFiles(namespaceOf(c), func(t *fileTree) {
		if underFile = t.underFile(name); underFile {
			return
		}
		overDirectory = t.isDirectory(name)
		t.put(name, content, s.Clock.Now())
	})
	if underFile {
		return storageError(c, name, "Not a directory")
	}
	if overDirectory {
		s.violation(c, FileOverDirectory)
	}
	return nil
}

var namespaceLine = regexp.MustCompile(`(?m)^namespace: .*$`)

// importFlow takes a file under /_flows for a flow of this namespace.
func (s *Server) importFlow(c *call, name string, content []byte) error {
	s.violation(c, FlowUpload)
	if strings.Count(name, "/") != 2 {
		return illegalArgument("Invalid flow file path: " + name)
	}
	namespace := c.PathValue("namespace")
	source := namespaceLine.ReplaceAll(content, []byte("namespace: "+namespace))
	doc, err := s.admit(source, updating)
	if err != nil {
		return err
	}
	key := doc.key(c.tenant)
	if _, created := s.store.create(key, string(source), doc.isTrue("deleted")); !created {
		s.store.update(key, string(source), doc.isTrue("deleted"))
	}
	return nil
}
