package docs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A heading of the page is what somebody searches for: the exact words of the
// runtime or of the toolkit.
func TestHeadingsAreTheExactWords(t *testing.T) {
	page, err := os.ReadFile("troubleshooting.md")
	require.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	require.NoError(t, err)
	library := filepath.Join(strings.TrimSpace(string(out)), "src")
	sources := read(t, filepath.Join(library, "runtime"), filepath.Join(library, "testing"), filepath.Join(library, "sync"), "../faultdaemon/faulttest", "../faultdaemon/verdict", "../faultdaemon/sweep")
	headings := regexp.MustCompile(`(?m)^## (?:fatal error: |panic: )?(.*)$`).FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(headings), 10)
	for _, h := range headings {
		words := regexp.MustCompile(`\d+`).ReplaceAllString(h[1], "%d") // as a format has them
		require.True(t, bytes.Contains(sources, []byte(h[1])) || bytes.Contains(sources, []byte(words)),
			"nobody says %q", h[1])
	}
}

// read returns the Go source of directories, test files left out.
func read(t *testing.T, dirs ...string) (all []byte) {
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files, dir)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			all = append(all, text...)
		}
	}
	return all
}
