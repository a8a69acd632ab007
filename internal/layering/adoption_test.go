package layering

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// What a module gains by importing the core in a program, the runners in its
// tests, or exampletest in a test that faultgen generated: the module itself,
// and the checksums of testify and what testify needs, because the core's own
// tests use it.
func TestWhatAdoptingCosts(t *testing.T) {
	readmeSays(t, "those of two modules in its go.sum, testify and its YAML library")
	const program = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/faultdaemon\"\n"
	const test = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/faultdaemon/faulttest\"\n"
	const generated = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/faultdaemon/exampletest\"\n"
	for name, source := range map[string]string{"user.go": program, "user_test.go": test, "faults_gen_test.go": generated} {
		t.Run(name, func(t *testing.T) {
			dir := newModule(t)
			before := read(t, dir, "go.mod")
			write(t, dir, name, source)
			runIn(t, dir, "go", "mod", "tidy")
			require.Equal(t, before, read(t, dir, "go.mod"), "go.mod gains nothing but this module")
			require.Equal(t, []string{"github.com/stretchr/testify", "go.yaml.in/yaml/v3"}, modulesOf(t, dir))
		})
	}
}

// What package handlers adds to that: the module that reads txtar, in which its scripts
// may be. The protocols and the relay add nothing.
func TestWhatHandlersCost(t *testing.T) {
	readmeSays(t, "Package `handlers` adds `golang.org/x/tools` to both, for scripts in txtar; the protocols and `relay` add nothing.")
	const others = "package user\n\nimport (\n\t_ \"github.com/faultdaemon/toolkit/protocols/jsonrpc\"\n" +
		"\t_ \"github.com/faultdaemon/toolkit/protocols/lengthprefix\"\n" +
		"\t_ \"github.com/faultdaemon/toolkit/protocols/ndjson\"\n" +
		"\t_ \"github.com/faultdaemon/toolkit/protocols/resp\"\n" +
		"\t_ \"github.com/faultdaemon/toolkit/relay\"\n)\n"
	dir := newModule(t)
	before := read(t, dir, "go.mod")
	write(t, dir, "user.go", others)
	runIn(t, dir, "go", "mod", "tidy")
	require.Equal(t, before, read(t, dir, "go.mod"))
	require.Equal(t, []string{"github.com/stretchr/testify", "go.yaml.in/yaml/v3"}, modulesOf(t, dir))

	dir = newModule(t)
	write(t, dir, "user.go", "package user\n\nimport _ \"github.com/faultdaemon/toolkit/handlers\"\n")
	runIn(t, dir, "go", "mod", "tidy")
	require.Equal(t, []string{"golang.org/x/tools"}, indirect(t, dir))
	require.Equal(t, []string{"github.com/stretchr/testify", "go.yaml.in/yaml/v3", "golang.org/x/tools"}, modulesOf(t, dir))
}

// What the generator as a tool adds to that: the modules that it is built of.
func TestWhatTheToolCosts(t *testing.T) {
	readmeSays(t, "three indirect requirements to the go.mod, jennifer and `golang.org/x/{mod,tools}`, "+
		"and these three modules to the go.sum")
	const source = "package user\n\nimport _ \"github.com/faultdaemon/toolkit/gen/spec\"\n"
	const tool = "github.com/faultdaemon/toolkit/gen/cmd/faultgen"
	dir := newModule(t)
	write(t, dir, "user.go", source)
	runIn(t, dir, "go", "mod", "tidy")
	without := modulesOf(t, dir)

	runIn(t, dir, "go", "mod", "edit", "-tool", tool)
	runIn(t, dir, "go", "mod", "tidy")
	indirect := indirect(t, dir)
	require.Equal(t, []string{"github.com/dave/jennifer", "golang.org/x/mod", "golang.org/x/tools"}, indirect)
	require.Len(t, modOf(t, dir).Tool, 1)
	gained := slices.DeleteFunc(modulesOf(t, dir), func(m string) bool { return slices.Contains(without, m) })
	require.Equal(t, indirect, gained)

	runIn(t, dir, "go", "mod", "edit", "-droptool", tool)
	runIn(t, dir, "go", "mod", "tidy")
	require.Equal(t, without, modulesOf(t, dir), "without the tool nothing of it is left")
}

// readmeSays fails the test when the README, its line breaks aside, does not
// say what is measured here.
func readmeSays(t *testing.T, words string) {
	t.Helper()
	require.Contains(t, strings.Join(strings.Fields(read(t, "../..", "README.md")), " "), words)
}

// newModule returns the directory of a module that uses this one. It starts
// with this module's go.sum, so that nobody has to be asked for checksums.
func newModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	write(t, dir, "go.mod", fmt.Sprintf("module example.com/user\n\ngo 1.25.0\n\nrequire github.com/faultdaemon/toolkit v0.0.0\n\n"+
		"replace github.com/faultdaemon/toolkit => %s\n", root))
	write(t, dir, "go.sum", read(t, root, "go.sum"))
	write(t, dir, "doc.go", "package user\n")
	return dir
}

func runIn(t *testing.T, dir string, command ...string) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(text)
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
}

// modOf returns the go.mod of a directory.
func modOf(t *testing.T, dir string) *modfile.File {
	t.Helper()
	mod, err := modfile.Parse("go.mod", []byte(read(t, dir, "go.mod")), nil)
	require.NoError(t, err)
	return mod
}

// indirect returns what a go.mod requires indirectly.
func indirect(t *testing.T, dir string) (paths []string) {
	for _, r := range modOf(t, dir).Require {
		if r.Indirect {
			paths = append(paths, r.Mod.Path)
		}
	}
	return paths
}

// modulesOf returns the modules that a go.sum has, in its order.
func modulesOf(t *testing.T, dir string) (modules []string) {
	t.Helper()
	for line := range strings.Lines(read(t, dir, "go.sum")) {
		module, _, _ := strings.Cut(line, " ")
		if len(modules) == 0 || modules[len(modules)-1] != module {
			modules = append(modules, module)
		}
	}
	return modules
}
