package gen

import (
	"errors"
	"fmt"
	"go/build"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// The packages that the generator writes for, by path: it links none of them.
const (
	modulePath      = "github.com/faultdaemon/toolkit"
	corePath        = modulePath + "/faultdaemon"
	exampletestPath = corePath + "/exampletest"
	specPath        = modulePath + "/gen/spec"
)

// A source is a spec package as it was loaded, and the package to write to.
type source struct {
	dir    string // positions are relative to it
	pkg    *specPackage
	core   *types.Package // package faultdaemon, as the spec package sees it
	target target

	values map[valuesKey][]*types.Const // what valuesOf has returned
}

// load reads a spec package. Only what it imports is compiled; the package itself
// is type-checked here, as far as that goes. It need not be right, and the compiler
// takes seconds for a long catalogue.
func load(o Options) (*source, error) {
	if _, err := os.Stat(o.Spec); err != nil {
		return nil, fmt.Errorf("spec package: %w", err)
	}
	pkg, known, err := loadSpec(o)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", relative(o.Dir, o.Spec), err)
	}
	src := &source{dir: o.Dir, pkg: pkg, core: findPackage(pkg.types, corePath)}
	if src.core == nil {
		return nil, notFound(pkg, known)
	}
	// Where only what it imports mentions the core, it is not complete yet.
	if _, err := known.Import(corePath); err != nil {
		return nil, fmt.Errorf("loading %s: %w", corePath, err)
	}
	src.target, err = findTarget(o.Out)
	return src, err
}

// loadSpec parses and type-checks the package in o.Spec.
func loadSpec(o Options) (*specPackage, *imports, error) {
	_, path, err := importPath(o.Spec)
	if err != nil {
		return nil, nil, err
	}
	files, err := specFiles(o)
	if err != nil {
		return nil, nil, err
	}
	pkg := newSpecPackage(path)
	for _, name := range files {
		text, written := o.overlay[name]
		if !written {
			if text, err = os.ReadFile(name); err != nil {
				return nil, nil, err
			}
		}
		pkg.parse(name, text)
	}
	sizes := types.SizesFor("gc", build.Default.GOARCH)
	known, err := findImports(pkg.fset, sizes, o.Spec, append(pkg.imports(), corePath))
	if err != nil {
		return nil, nil, err
	}
	pkg.check(known, sizes)
	return pkg, known, nil
}

// specFiles returns the Go files of the package in o.Spec, sorted; those that
// belong to its tests are not among them. What is wrong with them does not matter
// here.
func specFiles(o Options) ([]string, error) {
	dir, _ := build.ImportDir(o.Spec, 0)
	if len(dir.AllTags) > 0 { // they decide which files there are
		context, err := buildContext(o.Spec)
		if err != nil {
			return nil, err
		}
		dir, _ = context.ImportDir(o.Spec, 0)
	}
	names := slices.Collect(maps.Keys(o.overlay))
	for _, name := range slices.Concat(dir.GoFiles, dir.CgoFiles) {
		names = append(names, filepath.Join(o.Spec, name))
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no Go files in %s that belong to a package", o.Spec)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// notFound says why a package holds no catalogue.
func notFound(pkg *specPackage, known *imports) error {
	var errs []error
	for _, path := range pkg.imports() {
		_, err := known.Import(path)
		if err == nil && path == specPath && len(pkg.typeErrors) > 0 {
			err = pkg.typeErrors[0] // the file that imports it is of another package
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if errs != nil {
		return fmt.Errorf("loading %s: %w", pkg.path, errors.Join(errs...))
	}
	return fmt.Errorf("package %s holds no catalogue: it does not import %s", pkg.path, specPath)
}

// findPackage returns the package with this path among pkg and all that it
// imports, nil when there is none.
func findPackage(pkg *types.Package, path string) *types.Package {
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.Package
	find = func(p *types.Package) *types.Package {
		if p.Path() == path {
			return p
		}
		seen[p] = true
		for _, imported := range p.Imports() {
			if seen[imported] {
				continue
			}
			if found := find(imported); found != nil {
				return found
			}
		}
		return nil
	}
	return find(pkg)
}
