package toolkit_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestContributing adds a fault to a copy of the tree as CONTRIBUTING.md says
// it is done, with the entry that stands there, and runs the tests of the core
// and of what depends on its catalogue.
func TestContributing(t *testing.T) {
	t.Parallel()
	const catalogue, fault = "gen/catalogue/ending.go", "say_goodbye"
	dir := copyTree(t)
	entry := entryOf(t, "CONTRIBUTING.md")

	// 1. Write the entry, at the end of the file's literal.
	source := read(t, filepath.Join(dir, catalogue))
	end := strings.LastIndex(source, "}")
	write(t, filepath.Join(dir, catalogue), source[:end]+entry+source[end:])

	// 2. Generate.
	before := contents(t, dir)
	run(t, dir, true, "go", "generate", "./...")
	want := []string{"README.md", "docs/faults.md", "faultdaemon/faults_gen.go", "faultdaemon/faults_gen_test.go"}
	if got := changes(t, dir, before); !slices.Equal(got, want) {
		t.Errorf("generating changed\n%q, want\n%q", got, want)
	}
	for path, part := range map[string]string{
		"README.md":                 "docs/faults.md#say_goodbye)",
		"docs/faults.md":            `<a id="say_goodbye"></a>`,
		"faultdaemon/faults_gen.go": `FaultSayGoodbye Fault = "say_goodbye"`,
	} {
		if !strings.Contains(read(t, filepath.Join(dir, path)), part) {
			t.Errorf("%s does not hold %q", path, part)
		}
	}

	// 3. Test.
	run(t, dir, true, "go", "build", "./...")
	test := []string{"go", "test", "-v", "./faultdaemon", "-run", "^TestFaults$/^" + fault + "$"}
	if out := run(t, dir, true, test...); !strings.Contains(out, "--- PASS: TestFaults/"+fault+" ") {
		t.Errorf("the generated test did not run:\n%s", out)
	}

	// Nothing written by hand counts the faults, or asks which is the last: in short
	// mode all runs but what names its faults and takes seconds. Much of it waits, and
	// what is compiled is the same in every copy.
	run(t, dir, true, "go", "test", "-vet=off", "-short", "-parallel", "8", "./faultdaemon/...", "./docs/...", "./protocols/...")

	// The test is able to fail.
	source = read(t, filepath.Join(dir, catalogue))
	write(t, filepath.Join(dir, catalogue), strings.Replace(source, `Got: "bye\n"`, `Got: "bye!\n"`, 1))
	run(t, dir, true, "go", "generate", "./...")
	if out := run(t, dir, false, test...); !strings.Contains(out, "--- FAIL: TestFaults/"+fault+" ") {
		t.Errorf("the generated test failed otherwise than by the entry's example:\n%s", out)
	}
}

// entryOf returns the first block of Go in a Markdown file.
func entryOf(t *testing.T, path string) string {
	t.Helper()
	_, rest, found := strings.Cut(read(t, path), "```go\n")
	entry, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatalf("%s holds no block of Go", path)
	}
	return entry
}

// copyTree copies the project into a temporary directory.
func copyTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, path := range tree(t, ".") {
		write(t, filepath.Join(dir, path), read(t, path))
	}
	return dir
}

// contents returns every file under dir.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, path := range tree(t, dir) {
		all[path] = read(t, filepath.Join(dir, path))
	}
	return all
}

// changes returns the files under dir that are new or no longer as they were.
func changes(t *testing.T, dir string, before map[string]string) []string {
	t.Helper()
	var changed []string
	for path, is := range contents(t, dir) {
		if was, found := before[path]; !found || was != is {
			changed = append(changed, path)
		}
	}
	slices.Sort(changed)
	return changed
}

// run runs a command and returns what it prints; it must succeed or fail as
// wanted.
func run(t *testing.T, dir string, succeeds bool, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath") // what is compiled is the same in every copy
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); (err == nil) != succeeds {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, &out)
	}
	return out.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}
