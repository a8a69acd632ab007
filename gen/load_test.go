package gen

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// go list compiles what it is asked for: a long catalogue would take it seconds.
func TestTheSpecPackageIsNotCompiled(t *testing.T) {
	for _, spec := range []string{"catalogue", "../protocols/jsonrpc"} {
		t.Run(spec, func(t *testing.T) {
			o, err := Options{Spec: spec}.resolved()
			require.NoError(t, err)
			pkg, known, err := loadSpec(o)
			require.NoError(t, err)
			require.NotEmpty(t, pkg.files)
			require.Contains(t, known.listed, corePath)
			require.NotContains(t, known.listed, pkg.path)
		})
	}
}

// Which files belong to a package depends on more than their names. What go list
// says of it is right.
func TestTheFilesAreThoseThatGoListChooses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module example.com/files\n\ngo 1.25.0\n",
		"plain.go":           "package files\n",
		"plain_test.go":      "package files\n",
		"outside_test.go":    "package files_test\n",
		"ignored.go":         "//go:build ignore\n\npackage main\n",
		"tagged.go":          "//go:build extra\n\npackage files\n",
		"untagged.go":        "//go:build !extra\n\npackage files\n",
		"newer.go":           "//go:build go1.999\n\npackage files\n",
		"older.go":           "//go:build !go1.25\n\npackage files\n",
		"for_plan9.go":       "package files\n",
		"for_plan9_arm.go":   "package files\n",
		"for_here.go":        "//go:build " + runtime.GOOS + " && " + runtime.GOARCH + "\n\npackage files\n",
		"c.go":               "package files\n\nimport \"C\"\n",
		"nocgo.go":           "//go:build !cgo\n\npackage files\n",
		"_underlined.go":     "package files\n",
		".dotted.go":         "package files\n",
		"unparseable.go":     "package files\n\n<<<<<<< HEAD\n",
		"unended_comment.go": "/*",
		"directory.go/x.go":  "package directory\n",
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for name, env := range map[string]map[string]string{
		"as it is":       {},
		"a tag":          {"GOFLAGS": "-tags=extra,more"},
		"no cgo":         {"CGO_ENABLED": "0"},
		"cgo":            {"CGO_ENABLED": "1"},
		"another system": {"GOOS": "plan9", "GOARCH": "arm"},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range env {
				t.Setenv(key, value)
			}
			const files = `{{range .GoFiles}}{{println .}}{{end}}{{range .CgoFiles}}{{println .}}{{end}}`
			list := exec.Command("go", "list", "-e", "-find", "-f", files, ".")
			list.Dir = dir
			want, err := list.Output()
			require.NoError(t, err)

			paths, err := specFiles(Options{Spec: dir})
			require.NoError(t, err)
			var names []string
			for _, path := range paths {
				names = append(names, filepath.Base(path))
			}
			require.ElementsMatch(t, strings.Fields(string(want)), names)
		})
	}
}
