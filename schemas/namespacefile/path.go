package namespacefile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxComponentBytes bounds one component of a path, the limit of the file systems behind a server.
	MaxComponentBytes = 255
	// MaxPathBytes bounds a whole path.
	MaxPathBytes = 1024
	// MaxContentBytes bounds a file: 1 MiB, what a ConfigMap or Secret can hold.
	MaxContentBytes = 1 << 20
)

// flowsFolder is where the server stores flows: a file posted there becomes a flow.
const flowsFolder = "_flows"

// maxDecodings is how often percent-encoding is undone in search of a hidden path: more than any chain of
// proxies does.
const maxDecodings = 8

var percentEncoded = regexp.MustCompile(`%[0-9a-fA-F]{2}`)

// CheckPath says what is wrong with a file's path within its namespace, as given in spec.filename. One leading
// slash is tolerated. A path that turns into a forbidden one when its percent-encoding is undone is refused too.
func CheckPath(filename string) error {
	switch {
	case filename == "" || filename == "/":
		return errors.New("the path is empty; name the file, such as scripts/main.py")
	case len(filename) > MaxPathBytes:
		return fmt.Errorf("the path has %d bytes; at most %d are allowed", len(filename), MaxPathBytes)
	case !utf8.ValidString(filename):
		return errors.New("the path is not valid UTF-8 text")
	}
	filename = CleanPath(filename) // what is sent
	if err := checkComponents(filename); err != nil {
		return err
	}
	for range maxDecodings {
		decoded := percentDecode(filename)
		if decoded == filename {
			return nil
		}
		filename = decoded
		if err := checkComponents(filename); err != nil {
			return fmt.Errorf("percent-decoded, %w", err)
		}
	}
	return errors.New("the path is percent-encoded too many times over; write it plainly")
}

// CleanPath returns the one form of a path that CheckPath accepts, with its leading slash, as the server wants
// it: "a/b" and "/a/b" are the same file.
func CleanPath(filename string) string {
	return "/" + strings.TrimPrefix(filename, "/")
}

// CheckSize says whether a file of that many bytes is too large.
func CheckSize(size int) error {
	if size > MaxContentBytes {
		return fmt.Errorf("the content has %d bytes; at most %d are allowed", size, MaxContentBytes)
	}
	return nil
}

func checkComponents(path string) error {
	for _, r := range path {
		if unicode.IsControl(r) {
			return fmt.Errorf("the path holds the control character %s; remove it", strconv.QuoteRuneToASCII(r))
		}
	}
	if strings.Contains(path, `\`) {
		return errors.New("the path holds a backslash; separate folders with /")
	}
	path = strings.TrimPrefix(path, "/")
	if strings.HasSuffix(path, "/") {
		return errors.New("the path ends in / and would be a folder; name a file in it")
	}
	for i, component := range strings.Split(path, "/") {
		if err := checkComponent(i, component); err != nil {
			return err
		}
	}
	return nil
}

func checkComponent(i int, component string) error {
	switch {
	case component == "":
		return errors.New("the path has an empty component; write single slashes")
	case component == "." || component == "..":
		return fmt.Errorf("the path has the component %q; write the path without it", component)
	case i == 0 && component == flowsFolder:
		return fmt.Errorf("the path is under %s, where Kestra keeps flows; use a KestraFlow for a flow and another folder for a file", flowsFolder)
	case len(component) > MaxComponentBytes:
		return fmt.Errorf("a component of the path has %d bytes; at most %d are allowed", len(component), MaxComponentBytes)
	}
	return nil
}

// percentDecode undoes what is percent-encoded and leaves a lone % alone, which is a fine character of a name.
func percentDecode(path string) string {
	return percentEncoded.ReplaceAllStringFunc(path, func(escape string) string {
		b, err := strconv.ParseUint(escape[1:], 16, 8)
		if err != nil {
			return escape
		}
		return string([]byte{byte(b)})
	})
}
