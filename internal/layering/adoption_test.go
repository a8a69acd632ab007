package layering

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a module gains by importing the core in a program or in its tests: the
// module itself, and the checksums of testify and what testify needs, because
// the core's own tests use it.
func TestWhatAdoptingCosts(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	const program = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/faultdaemon\"\n"
	const test = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/faultdaemon/faulttest\"\n"
	for name, source := range map[string]string{"user.go": program, "user_test.go": test} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			goMod := fmt.Sprintf("module example.com/user\n\ngo 1.25.0\n\nrequire github.com/faultdaemon/toolkit v0.0.0\n\n"+
				"replace github.com/faultdaemon/toolkit => %s\n", root)
			write(t, dir, "go.mod", goMod)
			write(t, dir, "doc.go", "package user\n")
			write(t, dir, name, source)

			cmd := exec.Command("go", "mod", "tidy")
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))

			after, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			require.NoError(t, err)
			require.Equal(t, goMod, string(after), "go.mod gains nothing but this module")
			require.Equal(t, []string{"github.com/stretchr/testify", "go.yaml.in/yaml/v3"}, modulesOf(t, filepath.Join(dir, "go.sum")))
		})
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
}

// modulesOf returns the modules that a go.sum has, in its order.
func modulesOf(t *testing.T, path string) (modules []string) {
	t.Helper()
	sum, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(sum)) {
		module, _, _ := strings.Cut(line, " ")
		if len(modules) == 0 || modules[len(modules)-1] != module {
			modules = append(modules, module)
		}
	}
	return modules
}
