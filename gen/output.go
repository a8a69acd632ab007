package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// files are everything that one run makes, in memory.
type files struct {
	dir  string // paths in messages are relative to it
	list []*file
}

type file struct {
	path         string
	before, data []byte
	missing      bool
}

// make makes a file from what it holds now, or from what an earlier step of
// the same run made of it.
func (f *files) make(path string, make func(current []byte) ([]byte, error)) error {
	entry, err := f.open(path)
	if err != nil {
		return err
	}
	data, err := make(entry.data)
	if err != nil {
		return fmt.Errorf("%s: %w", relative(f.dir, path), err)
	}
	entry.data = data
	return nil
}

func (f *files) open(path string) (*file, error) {
	for _, known := range f.list {
		if known.path == path {
			return known, nil
		}
	}
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	opened := &file{path: path, before: before, data: before, missing: err != nil}
	f.list = append(f.list, opened)
	return opened, nil
}

// changed returns the files that hold something else than they should.
func (f *files) changed() []*file {
	var list []*file
	for _, file := range f.list {
		if file.missing || !bytes.Equal(file.before, file.data) {
			list = append(list, file)
		}
	}
	return list
}

// A StaleError lists generated files that are out of date.
type StaleError struct {
	Files []string // relative to Options.Dir
}

// Error names every file, one a line, and the cure.
func (e *StaleError) Error() string {
	var b strings.Builder
	for _, name := range e.Files {
		b.WriteString(name + " is out of date\n")
	}
	return b.String() + "run: go generate ./..."
}

// check returns a *StaleError when write would change anything.
func (f *files) check() error {
	stale := &StaleError{}
	for _, file := range f.changed() {
		stale.Files = append(stale.Files, relative(f.dir, file.path))
	}
	if stale.Files == nil {
		return nil
	}
	return stale
}

// write writes the files that change. Each is complete in a temporary file
// beside it before any is renamed into its place.
func (f *files) write() error {
	var temps []string
	defer func() {
		for _, temp := range temps {
			_ = os.Remove(temp)
		}
	}()
	changed := f.changed()
	for _, file := range changed {
		temp, err := file.writeTemp()
		if temp != "" {
			temps = append(temps, temp)
		}
		if err != nil {
			return fmt.Errorf("writing %s: %w", relative(f.dir, file.path), err)
		}
	}
	for i, file := range changed {
		if err := os.Rename(temps[i], file.path); err != nil {
			return fmt.Errorf("writing %s: %w", relative(f.dir, file.path), err)
		}
	}
	temps = nil
	return nil
}

// writeTemp writes the file's new contents beside it and returns where.
func (f *file) writeTemp() (string, error) {
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	temp, err := os.CreateTemp(dir, ".faultgen-*")
	if err != nil {
		return "", err
	}
	_, err = temp.Write(f.data)
	return temp.Name(), errors.Join(err, temp.Chmod(f.mode()), temp.Close())
}

// mode is that of the file to be replaced.
func (f *file) mode() fs.FileMode {
	if info, err := os.Stat(f.path); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}
