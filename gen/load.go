package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
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
	pkg    *packages.Package
	core   *types.Package // package faultdaemon, as the spec package sees it
	target target
}

// loadMode asks for the syntax of the spec package alone. Its dependencies
// come as export data; go/packages reads those from source that do not
// compile.
const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedImports |
	packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo

func load(o Options) (*source, error) {
	src := &source{dir: o.Dir}
	var err error
	if src.pkg, err = loadSpec(o); err != nil {
		return nil, err
	}
	src.core = findPackage(src.pkg.Types, corePath)
	if src.core != nil && !src.core.Complete() {
		// The spec package does not import the core itself: its dependencies
		// do, and brought only what they mention.
		if src.pkg, err = loadSpec(o, corePath); err != nil {
			return nil, err
		}
		src.core = findPackage(src.pkg.Types, corePath)
	}
	if src.core == nil || !src.core.Complete() {
		return nil, notFound(src.pkg)
	}
	src.target, err = findTarget(o.Out)
	return src, err
}

// loadSpec loads the package in o.Spec, and others in the same view. Errors of
// the package itself are no error here: those inside entries are found again
// when they are read.
func loadSpec(o Options, others ...string) (*packages.Package, error) {
	if _, err := os.Stat(o.Spec); err != nil {
		return nil, fmt.Errorf("spec package: %w", err)
	}
	cfg := &packages.Config{Mode: loadMode, Dir: o.Spec, Overlay: o.overlay}
	loaded, err := packages.Load(cfg, append(others, ".")...)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", relative(o.Dir, o.Spec), err)
	}
	pkg := loaded[slices.IndexFunc(loaded, func(p *packages.Package) bool { return !slices.Contains(others, p.PkgPath) })]
	if pkg.Types == nil || len(pkg.Syntax) == 0 {
		return nil, fmt.Errorf("loading %s: %w", relative(o.Dir, o.Spec), listErrors(pkg))
	}
	slices.SortFunc(pkg.Syntax, func(a, b *ast.File) int {
		return strings.Compare(pkg.Fset.File(a.FileStart).Name(), pkg.Fset.File(b.FileStart).Name())
	})
	return pkg, nil
}

// notFound says why a package holds no catalogue.
func notFound(pkg *packages.Package) error {
	if err := listErrors(pkg); err != nil {
		return fmt.Errorf("loading %s: %w", pkg.PkgPath, err)
	}
	return fmt.Errorf("package %s holds no catalogue: it does not import %s", pkg.PkgPath, specPath)
}

// listErrors returns what go list could not find, of a package and of what it
// imports.
func listErrors(pkg *packages.Package) error {
	var errs []error
	packages.Visit([]*packages.Package{pkg}, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if e.Kind == packages.ListError {
				errs = append(errs, errors.New(e.Msg))
			}
		}
	})
	return errors.Join(errs...)
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
