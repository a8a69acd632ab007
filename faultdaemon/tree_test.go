package faultdaemon_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tree returns everything below a directory: its mode, since when it is there
// and, of a file, what it holds.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		found[path] = info.Mode().String()
		if !info.IsDir() { // a directory's time changes with what was in it for a moment
			found[path] += info.ModTime().Format(" 15:04:05.000000000")
		}
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			found[path] += fmt.Sprintf(" %q", content)
			return err
		}
		return nil
	}))
	return found
}
