package faultdaemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// makeDirectory makes what is missing of dir, only for the user, and returns
// what it made, outermost first. Where it fails, it has made nothing.
func makeDirectory(dir string) ([]string, error) {
	var missing []string
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			break
		}
		missing = append(missing, at)
	}
	var made []string
	for _, at := range slices.Backward(missing) {
		err := os.Mkdir(at, 0o700)
		switch {
		case err == nil:
			made = append(made, at)
		case !errors.Is(err, fs.ErrExist): // somebody else may have been faster
			removeDirectories(made)
			return nil, fmt.Errorf("make the socket's directory: %w", err)
		}
	}
	return made, nil
}

// removeDirectories removes what makeDirectory made, unless somebody else uses
// it by now.
func removeDirectories(made []string) {
	for _, dir := range slices.Backward(made) {
		_ = os.Remove(dir)
	}
}
