package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// entry is a file of an archive.
type entry struct {
	path    string
	mode    os.FileMode
	content []byte
}

// entriesOf reads the files below a folder in the order of their paths, those with an ignored name left out.
func entriesOf(folder string, ignored []string) ([]entry, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // opened for reading
	var entries []entry
	err = fs.WalkDir(root.FS(), ".", func(path string, found fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != "." && matches(ignored, found.Name()):
			if found.IsDir() {
				return fs.SkipDir
			}
			return nil
		case found.IsDir():
			return nil
		}
		content, err := fs.ReadFile(root.FS(), path)
		entries = append(entries, entry{path, 0o644, content})
		return err
	})
	return entries, err
}

// tarballOf packs entries in their order, all dated alike and owned by nobody in particular.
func tarballOf(entries []entry, date time.Time) ([]byte, error) {
	var packed bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := writeTar(compressed, entries, date); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func writeTar(out io.Writer, entries []entry, date time.Time) error {
	w := tar.NewWriter(out)
	for _, e := range entries {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.path, Mode: int64(e.mode.Perm()), Size: int64(len(e.content)), ModTime: date}
		if err := w.WriteHeader(header); err != nil {
			return fmt.Errorf("pack %s: %w", e.path, err)
		}
		if _, err := w.Write(e.content); err != nil {
			return fmt.Errorf("pack %s: %w", e.path, err)
		}
	}
	return w.Close()
}

// zipOf packs entries in their order, all dated alike.
func zipOf(entries []entry, date time.Time) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.path, Method: zip.Deflate, Modified: date}
		header.SetMode(e.mode)
		file, err := w.CreateHeader(header)
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", e.path, err)
		}
		if _, err := file.Write(e.content); err != nil {
			return nil, fmt.Errorf("pack %s: %w", e.path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
