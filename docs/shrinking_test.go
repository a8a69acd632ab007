package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShrinking runs the command of the page, for the client that it names.
func TestShrinking(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("./client is client.exe here")
	}
	page, err := os.ReadFile("shrinking.md")
	require.NoError(t, err)
	dir := t.TempDir()
	for name, source := range map[string]string{"faultdaemon": "../cmd/faultdaemon", "client": "./testdata/client"} {
		out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), source).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	blocks := regexp.MustCompile("(?ms)^```console\n\\$ (.*?)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	require.Len(t, blocks, 1)
	for _, block := range blocks {
		cmd := exec.Command("sh", "-c", block[1])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		require.NoError(t, err, "$ %s\n%s", block[1], &stderr)
		require.Regexp(t, shownAs(block[2]), string(out), "$ %s", block[1])
	}
}
