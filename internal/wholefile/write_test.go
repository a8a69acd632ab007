package wholefile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/internal/wholefile"
)

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	for _, text := range []string{"a long first text", "second", ""} {
		require.NoError(t, wholefile.Write(path, []byte(text)))
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
	}
	require.Equal(t, []string{"report"}, names(t, dir))

	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, wholefile.Write(path, []byte("private")))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// A link stays one; what it leads to is replaced.
func TestWriteThroughALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "report"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, wholefile.Write(link, []byte("new")))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "new", string(got))
	require.Equal(t, []string{"link", "report"}, names(t, dir))
}

// Where the file cannot be replaced, it and its directory stay as they were.
func TestWriteThatFails(t *testing.T) {
	dir := t.TempDir()
	require.Error(t, wholefile.Write(filepath.Join(dir, "no", "report"), []byte("x")))
	taken := filepath.Join(dir, "taken")
	require.NoError(t, os.Mkdir(taken, 0o755))
	require.Error(t, wholefile.Write(taken, []byte("x")))
	require.Equal(t, []string{"taken"}, names(t, dir))
}
