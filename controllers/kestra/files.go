package kestra

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxComponent is the longest name of a file or directory, in bytes.
	maxComponent = 255
	// flowsDirectory is where the server imports flows from.
	flowsDirectory = "_flows"
	// fileType is the media type of the content of every file.
	fileType = "application/octet-stream"
)

// FileInfo is what the server says of a path of a namespace.
type FileInfo struct {
	// Size in bytes.
	Size int64
	// Modified is when it was last written; zero when the server does not tell.
	Modified time.Time
	// Directory is true when the path is not a file.
	Directory bool
}

// fileInfo is the server's own form.
type fileInfo struct {
	Type     string `json:"type"`
	FileName string `json:"fileName"`
	Size     int64  `json:"size"`
	// LastModified in milliseconds since 1970.
	LastModified int64 `json:"lastModifiedTime"`
}

func (i fileInfo) export() FileInfo {
	info := FileInfo{Size: i.Size, Directory: i.Type != "File"}
	if i.LastModified > 0 {
		info.Modified = time.UnixMilli(i.LastModified)
	}
	return info
}

// CheckFilePath refuses a path that is not one plain file of a namespace: an empty one (a deletion of it
// empties the namespace), "." and ".." components, empty components, backslashes, control characters, and the
// directory from which the server imports flows.
func CheckFilePath(path string) error {
	if path == "" {
		return errors.New("file path: must not be empty")
	}
	if !utf8.ValidString(path) {
		return errors.New("file path: must be UTF-8")
	}
	for _, r := range path {
		if r == '\\' || unicode.IsControl(r) {
			return fmt.Errorf("file path %q: must not contain %q", path, r)
		}
	}
	components := strings.Split(path, "/")
	for _, component := range components {
		switch {
		case component == "":
			return fmt.Errorf("file path %q: must not start or end with a slash or have an empty component", path)
		case component == "." || component == "..":
			return fmt.Errorf("file path %q: must not have the component %q", path, component)
		case len(component) > maxComponent:
			return fmt.Errorf("file path: a component has %d bytes, at most %d are allowed", len(component), maxComponent)
		}
	}
	if components[0] == flowsDirectory {
		return fmt.Errorf("file path %q: the server imports flows from %s", path, flowsDirectory)
	}
	return nil
}

// StatFile looks at a path. It is IsNotFound when nothing is there.
func (c *Client) StatFile(ctx context.Context, target Target) (FileInfo, error) {
	request, err := fileCall(http.MethodGet, target, "stats")
	if err != nil {
		return FileInfo{}, err
	}
	var answer fileInfo
	request.read = func(response *http.Response) error {
		if err := readJSON(&answer, 1<<20)(response); err != nil {
			return err
		}
		if answer.Type != "File" && answer.Type != "Directory" {
			return errors.New("the answer says nothing of a file: is this Kestra's API port?")
		}
		return nil
	}
	if err := c.do(ctx, request); err != nil {
		return FileInfo{}, err
	}
	return answer.export(), nil
}

// File reads a file of at most limit bytes; a longer one is an error, and so is what comes as anything but bytes: Kestra sends
// every file so, whatever it holds.
func (c *Client) File(ctx context.Context, target Target, limit int64) ([]byte, error) {
	request, err := fileCall(http.MethodGet, target)
	if err != nil {
		return nil, err
	}
	var content []byte
	request.read = func(response *http.Response) (err error) {
		if mediaType(response) != fileType {
			return fmt.Errorf("the answer is not a file (Content-Type %s): is this Kestra's API port?",
				Printable(response.Header.Get("Content-Type"), 80))
		}
		content, err = readBody(response.Body, min(limit, maxResponseBody))
		return err
	}
	return content, c.do(ctx, request)
}

// PutFile creates or overwrites a file, and its parents. Every write is a revision, also of equal bytes; onto
// a directory the server answers success and is wrong: look with StatFile first.
func (c *Client) PutFile(ctx context.Context, target Target, content []byte) error {
	request, err := fileCall(http.MethodPost, target)
	if err != nil {
		return err
	}
	// The server unpacks an upload whose own name ends in ".zip", whatever path it goes to.
	request.contentType, request.body, err = multipartBody("fileContent", "content", fileType, content)
	if err != nil {
		return err
	}
	return c.do(ctx, request)
}

// DeleteFile removes a file; one that is not there is a success, and so is a directory in its place, which is left
// alone. It looks first, since deleting a file that is already gone has been seen to remove its only sibling, and
// deleting a directory removes all that is in it, and again afterwards, since a success that something else than
// Kestra answers would leave the file there for ever.
func (c *Client) DeleteFile(ctx context.Context, target Target) error {
	request, err := fileCall(http.MethodDelete, target)
	if err != nil {
		return err
	}
	info, err := c.StatFile(ctx, target)
	if IsNotFound(err) || info.Directory {
		return nil
	}
	if err == nil {
		err = c.do(ctx, request)
	}
	if err != nil {
		return err
	}
	_, err = c.StatFile(ctx, target)
	return stillThere(err, request)
}

func fileCall(method string, target Target, suffix ...string) (call, error) {
	request := call{
		method:       method,
		path:         append([]string{target.Tenant, "namespaces", target.Namespace, "files"}, suffix...),
		query:        url.Values{"path": {"/" + target.Name}},
		what:         "file " + target.String(),
		confidential: method == http.MethodPost,
	}
	if err := target.checkNamespace(); err != nil {
		return request, err
	}
	return request, CheckFilePath(target.Name)
}

// multipartBody returns the content type and the body of a form with one file.
func multipartBody(field, filename, contentType string, content []byte) (string, []byte, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", field, filename)},
		"Content-Type":        {contentType},
	})
	if err != nil {
		return "", nil, fmt.Errorf("encode the form: %w", err)
	}
	if _, err := part.Write(content); err != nil {
		return "", nil, fmt.Errorf("encode the form: %w", err)
	}
	if err := form.Close(); err != nil {
		return "", nil, fmt.Errorf("encode the form: %w", err)
	}
	return form.FormDataContentType(), body.Bytes(), nil
}
