package gen

import (
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// A target is the package that generated Go files belong to.
type target struct {
	module, path, name string
}

// findTarget finds out which package the Go files of a directory belong to.
// It reads their package clauses only, so that anything may be wrong with the
// rest. A directory without Go files holds the package of its own name.
func findTarget(dir string) (target, error) {
	module, pkgPath, err := importPath(dir)
	if err != nil {
		return target{}, err
	}
	t := target{module: module, path: pkgPath, name: path.Base(pkgPath)}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return target{}, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if ours, err := build.Default.MatchFile(dir, e.Name()); err != nil || !ours {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.PackageClauseOnly)
		if err == nil {
			t.name = file.Name.Name
			return t, nil
		}
	}
	if !token.IsIdentifier(t.name) {
		return target{}, fmt.Errorf("%s holds no Go file and %q cannot name a package: put a file with a package clause into it", dir, t.name)
	}
	return t, nil
}

// importPath returns the paths of the module and of the package in a directory.
func importPath(dir string) (module, pkg string, err error) {
	module, root, err := findModule(dir)
	if err != nil {
		return "", "", err
	}
	rel, err := filepath.Rel(root, dir)
	return module, path.Join(module, filepath.ToSlash(rel)), err
}

// findModule returns the path and the root directory of the module that a
// directory is in.
func findModule(dir string) (module, root string, err error) {
	for root = dir; ; root = filepath.Dir(root) {
		data, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			return modfile.ModulePath(data), root, nil
		}
		if filepath.Dir(root) == root {
			return "", "", fmt.Errorf("%s is in no module: run go mod init first", dir)
		}
	}
}

// isCore reports whether the target is package faultdaemon itself.
func (t target) isCore() bool { return t.path == corePath }

// testName and testPath are those of the package of the generated table test:
// an external one, but where the target is a program that none can import.
func (t target) testName() string {
	if t.name == "main" {
		return t.name
	}
	return t.name + "_test"
}

func (t target) testPath() string {
	if t.name == "main" {
		return t.path
	}
	return t.path + "_test"
}
