package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A loaded is an importer of what a spec package has loaded.
type loaded map[string]*types.Package

func (l loaded) Import(path string) (*types.Package, error) {
	if pkg, found := l[path]; found {
		return pkg, nil
	}
	return nil, os.ErrNotExist
}

// add adds a package and all that it imports.
func (l loaded) add(pkg *types.Package) {
	if l[pkg.Path()] == nil {
		l[pkg.Path()] = pkg
		for _, imported := range pkg.Imports() {
			l.add(imported)
		}
	}
}

// smallSpec is a spec file with something of everything.
const smallSpec = `package catalogue

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Faults{{
	Name: "stop_at", Stage: spec.Respond, Summary: "stops.", Tests: "t.", Client: spec.Rejects | spec.TimesOut, Why: "w.",
	Params: []spec.Param{{Name: "n", Kind: spec.Int, Default: "1", Doc: "how many"}}, Judge: "2",
	Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Prefix("n")), faultdaemon.Close),
	Examples: []spec.Example{{With: "1", Send: "ping\n", Reply: "pong\n", Got: "p", Then: spec.EOF}},
}}
`

// FuzzSpec gives the generator a spec file: it says what is wrong with it, or makes
// Go files that parse.
func FuzzSpec(f *testing.F) {
	o, err := Options{Spec: "catalogue", Out: "../faultdaemon"}.resolved()
	require.NoError(f, err)
	src, err := load(o)
	require.NoError(f, err)
	known := loaded{}
	known.add(src.pkg.Types)
	seeds, err := filepath.Glob("catalogue/*.go")
	require.NoError(f, err)
	for _, path := range seeds {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(smallSpec)
	c, err := read(src.with(smallSpec, known))
	require.NoError(f, err)
	require.Len(f, c.entries, 1)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := read(src.with(text, known))
		if err != nil {
			return
		}
		for name, makeFile := range map[string]func([]byte) ([]byte, error){
			"faults_gen.go": c.goFile, "faults_gen_test.go": c.testFile,
		} {
			made, err := makeFile(nil)
			require.NoError(t, err)
			_, err = parser.ParseFile(token.NewFileSet(), name, made, 0)
			require.NoError(t, err)
		}
		_, err = c.docsFile(nil)
		require.NoError(t, err)
	})
}

// with returns the source whose spec package is this one file.
func (src *source) with(text string, known loaded) *source {
	pkg := *src.pkg
	pkg.Fset, pkg.Errors, pkg.TypeErrors = token.NewFileSet(), nil, nil
	pkg.TypesInfo = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{},
	}
	// Of a file that is wrong, there is what could be read.
	file, _ := parser.ParseFile(pkg.Fset, filepath.Join(src.dir, "spec.go"), text, parser.AllErrors|parser.ParseComments)
	if file == nil {
		file = &ast.File{Name: ast.NewIdent("spec")}
	}
	pkg.Syntax = []*ast.File{file}
	check := types.Config{Importer: known, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			pkg.TypeErrors = append(pkg.TypeErrors, e)
		}
	}}
	pkg.Types, _ = check.Check(pkg.PkgPath, pkg.Fset, pkg.Syntax, pkg.TypesInfo) // the errors are kept
	return &source{dir: src.dir, pkg: &pkg, core: src.core, target: src.target}
}
