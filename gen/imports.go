package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// imports are the packages that a spec package imports, and all that these import.
// The types of one that compiles come from its export data, those of another, such
// as a core without its generated file, from source.
type imports struct {
	fset     *token.FileSet
	sizes    types.Sizes
	listed   map[string]*listed
	exported types.Importer
	parsed   map[string]*types.Package // from source; nil while it is being read
}

// findImports finds packages by their paths, seen from a directory. Some may be
// missing.
func findImports(fset *token.FileSet, sizes types.Sizes, dir string, paths []string) (*imports, error) {
	list, err := listPackages(dir, paths)
	if err != nil {
		return nil, err
	}
	known := &imports{fset: fset, sizes: sizes, listed: map[string]*listed{}, parsed: map[string]*types.Package{}}
	for _, p := range list {
		known.listed[p.ImportPath] = p
	}
	known.exported = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(known.listed[path].Export)
	})
	return known, nil
}

// Import returns the types of a package.
func (known *imports) Import(path string) (*types.Package, error) {
	p := known.listed[path]
	switch {
	case path == "unsafe":
		return types.Unsafe, nil
	case p == nil:
		return nil, fmt.Errorf("package %s was not found", path)
	case p.Export != "":
		return known.exported.Import(path)
	}
	pkg, begun := known.parsed[path]
	if !begun {
		known.parsed[path] = nil
		pkg = known.parse(p)
		known.parsed[path] = pkg
	}
	switch {
	case pkg == nil:
		return nil, fmt.Errorf("package %s imports itself", path)
	case p.Error != nil && len(pkg.Scope().Names()) == 0:
		return nil, errors.New(p.Error.Err)
	}
	return pkg, nil
}

// parse reads what a package declares from source. Whatever is wrong with it, the
// compiler says better.
func (known *imports) parse(p *listed) *types.Package {
	var files []*ast.File
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		file, _ := parser.ParseFile(known.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if file != nil {
			files = append(files, file)
		}
	}
	config := types.Config{
		Importer: known, Sizes: known.sizes, FakeImportC: true,
		IgnoreFuncBodies: true, Error: func(error) {},
	}
	pkg, _ := config.Check(p.ImportPath, known.fset, files, nil)
	return pkg
}
