// Package wholefile writes files that are there as a whole or not at all.
package wholefile

import (
	"errors"
	"os"
	"path/filepath"
)

// Write makes text the content of a file, all of it or, where there is an error,
// nothing: what the file had stays. A file that is there keeps its permissions, another
// gets 0644. A path that is no regular file, a device or a pipe, is written to as it is.
func Write(path string, text []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(path, text, mode)
		}
		mode = info.Mode().Perm()
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	return replace(path, text, mode)
}

// replace puts a new file in the place of what is at the path.
func replace(path string, text []byte, mode os.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Chmod(f.Name(), mode); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
