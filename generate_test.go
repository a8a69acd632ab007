package toolkit_test

import (
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestGeneratedUpToDate runs every directive of generate.go with -check.
func TestGeneratedUpToDate(t *testing.T) {
	source, err := os.ReadFile("generate.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for line := range strings.Lines(string(source)) {
		directive, ok := strings.CutPrefix(line, "//go:generate ")
		if !ok {
			continue
		}
		found++
		args := append(strings.Fields(directive), "-check")
		t.Run(strings.TrimPrefix(strings.TrimSpace(directive), "go run "), func(t *testing.T) {
			t.Parallel()
			if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, out)
			}
		})
	}
	if found == 0 {
		t.Error("generate.go holds no directive")
	}
}

// generatedHeader is how tools know a generated file.
var generatedHeader = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// TestGeneratedHeader: generated files have the header and their names, and no
// other file has either.
func TestGeneratedHeader(t *testing.T) {
	found := 0
	for _, path := range tree(t, ".") {
		if !strings.HasSuffix(path, ".go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		named := strings.HasSuffix(path, "_gen.go") || strings.HasSuffix(path, "_gen_test.go")
		if marked := generatedHeader.Match(source); named != marked {
			t.Errorf("%s: named as generated: %t, marked as generated: %t", path, named, marked)
		}
		if named {
			found++
		}
	}
	if found < 2 {
		t.Errorf("found %d generated files, want those of the core at least", found)
	}
}

// tree lists the files of the project in dir, without what is hidden or built.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := d.Name(); {
		case d.IsDir() && path != "." && (strings.HasPrefix(name, ".") || name == "bin" || name == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
