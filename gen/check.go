package gen

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/module"
)

// A specPackage is a package with entries, parsed and type-checked as far as
// that goes.
type specPackage struct {
	path  string
	fset  *token.FileSet
	files []*ast.File

	types *types.Package
	info  *types.Info // types and uses, no more

	syntaxErrors []syntaxError
	typeErrors   []types.Error
}

// A syntaxError is something in a file that cannot be parsed.
type syntaxError struct {
	*scanner.Error
	file *ast.File
}

func newSpecPackage(path string) *specPackage {
	return &specPackage{path: path, fset: token.NewFileSet()}
}

// parse adds a file, or what can be read of it.
func (p *specPackage) parse(name string, text []byte) {
	file, err := parser.ParseFile(p.fset, name, text, parser.AllErrors|parser.ParseComments|parser.SkipObjectResolution)
	p.files = append(p.files, file)
	var all scanner.ErrorList
	if errors.As(err, &all) {
		for _, e := range all {
			p.syntaxErrors = append(p.syntaxErrors, syntaxError{e, file})
		}
	}
}

// imports returns the paths that the files import, sorted, each once. What is no
// path, go list could take for a pattern.
func (p *specPackage) imports() []string {
	paths := map[string]bool{}
	for _, file := range p.files {
		for _, imp := range file.Imports {
			if path, err := strconv.Unquote(imp.Path.Value); err == nil && module.CheckImportPath(path) == nil && path != "C" {
				paths[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// check type-checks the files. The bodies of functions do not matter: a
// catalogue is package-level literals.
func (p *specPackage) check(known types.Importer, sizes types.Sizes) {
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
	}
	config := types.Config{
		Importer:         known,
		Sizes:            sizes,
		IgnoreFuncBodies: true,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				p.typeErrors = append(p.typeErrors, e)
			}
		},
	}
	p.types, _ = config.Check(p.path, p.fset, p.files, p.info) // the errors are kept
}
