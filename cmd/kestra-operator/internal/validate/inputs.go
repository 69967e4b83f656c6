package validate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// maxInputBytes bounds one file: larger than any rendering of a chart, smaller than memory.
const maxInputBytes = 64 << 20

// errEmptyStdin is no verdict: most likely the command before the pipe has failed.
var errEmptyStdin = errors.New("standard input is empty: there is nothing to validate; look at the command before the pipe")

// input is one file to judge.
type input struct {
	name string
	text []byte
	// named is true when the user named this very file, false when a folder was searched.
	named bool
}

// readInputs reads what the arguments name: files, folders (searched for *.yaml and *.yml), patterns and
// standard input. It goes on after what cannot be read.
func readInputs(arguments []string, stdin io.Reader) ([]input, []error) {
	var inputs []input
	var problems []error
	seen := map[string]bool{}
	for _, argument := range arguments {
		files, named, err := expand(argument)
		if err != nil {
			problems = append(problems, err)
		}
		for _, file := range files {
			if seen[file] {
				continue
			}
			seen[file] = true
			text, err := read(file, stdin)
			if err == nil && file == Stdin && len(split(text)) == 0 {
				err = errEmptyStdin
			}
			if err != nil {
				problems = append(problems, err)
				continue
			}
			inputs = append(inputs, input{name: file, text: text, named: named})
		}
	}
	return inputs, problems
}

// expand returns the files that an argument stands for, and whether it names them one by one.
func expand(argument string) (files []string, named bool, err error) {
	if argument == Stdin {
		return []string{Stdin}, true, nil
	}
	info, err := os.Stat(argument)
	switch {
	case err == nil && info.IsDir():
		files, err = search(argument)
		return files, false, err
	case err == nil:
		return []string{argument}, true, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(argument, "*?[{"):
		return nil, false, err
	}
	return match(argument)
}

// match returns the files that a pattern stands for: "*" is any text within a name, "**" any folders, neither of them
// hidden. A folder that it matches is searched; a pattern that ends in "**" stands for the YAML files below.
func match(pattern string) (files []string, named bool, err error) {
	folders := strings.HasSuffix(filepath.ToSlash(pattern), "/**") || pattern == "**"
	matches, err := doublestar.FilepathGlob(pattern, doublestar.WithNoHidden())
	if err != nil {
		return nil, false, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	for _, match := range matches {
		info, err := os.Stat(match)
		switch {
		case err != nil:
			return files, true, err
		case folders && (info.IsDir() || !isYAML(match)):
		case info.IsDir():
			more, err := search(match)
			if err != nil {
				return files, true, err
			}
			files = append(files, more...)
		default:
			files = append(files, match)
		}
	}
	if len(files) == 0 {
		return nil, false, fmt.Errorf("pattern %q: no file matches", pattern)
	}
	return files, !folders, nil
}

// search lists the YAML files below a folder, hidden folders left out.
func search(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && isYAML(entry.Name()):
			files = append(files, path)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("folder %q: no *.yaml or *.yml in it", folder)
	}
	return files, err
}

func isYAML(name string) bool {
	extension := filepath.Ext(name)
	return extension == ".yaml" || extension == ".yml"
}

func read(name string, stdin io.Reader) ([]byte, error) {
	reader := stdin
	if name != Stdin {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // opened for reading
		reader = file
	}
	text, err := io.ReadAll(io.LimitReader(reader, maxInputBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > maxInputBytes {
		return nil, fmt.Errorf("read %s: larger than %d MiB", name, maxInputBytes>>20)
	}
	return text, nil
}
