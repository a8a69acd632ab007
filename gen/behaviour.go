package gen

import (
	"go/ast"
	"go/format"
	"go/types"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
)

// A behaviour is an expression that generated code repeats: a Do, a Protocol.
type behaviour struct {
	code  jen.Code
	text  string        // as it stands in the spec
	funcs []*types.Func // package-level functions in it, in order of use
}

// behaviour rebuilds an expression for a file of the package with path home.
// Names of other packages are qualified, whatever the spec package imported
// them as.
func (r *reader) behaviour(expr ast.Expr, field, home string) *behaviour {
	b := &builder{reader: r, field: field, home: home}
	code := b.expr(expr)
	var text strings.Builder
	if err := format.Node(&text, r.pkg.fset, expr); err != nil {
		r.problems.add(expr.Pos(), "%s: %v", field, err)
	}
	return &behaviour{code: code, text: text.String(), funcs: b.funcs}
}

type builder struct {
	*reader
	field string // names the expression in problems
	home  string // the package that the code will be in
	funcs []*types.Func
}

// expr rebuilds an expression: calls, selectors, identifiers, literals and
// operators.
func (b *builder) expr(expr ast.Expr) *jen.Statement {
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return jen.Parens(b.expr(e.X))
	case *ast.BasicLit:
		return jen.Op(e.Value)
	case *ast.Ident:
		return b.ident(e)
	case *ast.SelectorExpr:
		return b.selector(e)
	case *ast.UnaryExpr:
		return jen.Op(e.Op.String()).Add(b.expr(e.X))
	case *ast.StarExpr:
		return jen.Op("*").Add(b.expr(e.X))
	case *ast.BinaryExpr:
		return b.expr(e.X).Op(e.Op.String()).Add(b.expr(e.Y))
	case *ast.IndexExpr:
		return b.expr(e.X).Index(b.expr(e.Index))
	case *ast.IndexListExpr:
		return b.expr(e.X).Types(b.exprs(e.Indices)...)
	case *ast.CallExpr:
		args := b.exprs(e.Args)
		if e.Ellipsis.IsValid() {
			args[len(args)-1] = jen.Add(args[len(args)-1]).Op("...")
		}
		return b.expr(e.Fun).Call(args...)
	case *ast.CompositeLit:
		return b.composite(e)
	case *ast.ArrayType:
		return b.arrayType(e)
	case *ast.MapType:
		return jen.Map(b.expr(e.Key)).Add(b.expr(e.Value))
	case *ast.FuncLit:
		b.problem(e, "%s holds a function literal: write a function and name it", b.field)
	default:
		b.problem(e, "%s may hold calls, selectors, identifiers, literals and operators only", b.field)
	}
	return jen.Null()
}

func (b *builder) exprs(list []ast.Expr) []jen.Code {
	var code []jen.Code
	for _, e := range list {
		code = append(code, b.expr(e))
	}
	return code
}

func (b *builder) composite(e *ast.CompositeLit) *jen.Statement {
	code := jen.Null()
	if e.Type != nil {
		code = b.expr(e.Type)
	}
	var elems []jen.Code
	for _, elt := range e.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			elems = append(elems, b.expr(elt))
			continue
		}
		elems = append(elems, b.expr(kv.Key).Op(":").Add(b.expr(kv.Value)))
	}
	return code.Values(elems...)
}

func (b *builder) arrayType(e *ast.ArrayType) *jen.Statement {
	switch n := e.Len.(type) {
	case nil:
		return jen.Index().Add(b.expr(e.Elt))
	case *ast.Ellipsis:
		return jen.Index(jen.Op("...")).Add(b.expr(e.Elt))
	default:
		return jen.Index(b.expr(n)).Add(b.expr(e.Elt))
	}
}

// selector rebuilds pkg.Name and x.Name.
func (b *builder) selector(e *ast.SelectorExpr) *jen.Statement {
	if id, ok := e.X.(*ast.Ident); ok {
		if _, ok := b.info.Uses[id].(*types.PkgName); ok {
			return b.object(e.Sel, id.Name+"."+e.Sel.Name)
		}
	}
	obj := b.info.Uses[e.Sel]
	if obj == nil || !obj.Exported() && obj.Pkg().Path() != b.home {
		b.missing(e.Sel, types.ExprString(e))
		return jen.Null()
	}
	return b.expr(e.X).Dot(e.Sel.Name)
}

// ident rebuilds a name: of the spec package, of one that is imported with a
// dot, of the language, or of a struct's field.
func (b *builder) ident(e *ast.Ident) *jen.Statement {
	if f, ok := b.info.Uses[e].(*types.Var); ok && f.IsField() {
		return jen.Id(e.Name)
	}
	return b.object(e, e.Name)
}

// object writes a package-level name as the target package has to write it.
func (b *builder) object(id *ast.Ident, written string) *jen.Statement {
	obj := b.info.Uses[id]
	switch {
	case b.generated[id.Name] && (obj == nil || obj.Pkg() != nil && obj.Pkg().Path() == b.target.path):
		b.problem(id, "%s names %s, which the generator writes: entries cannot depend on it", b.field, written)
	case obj == nil:
		b.missing(id, written)
	case obj.Pkg() == nil:
		return jen.Id(id.Name)
	case obj.Pkg().Path() == specPath:
		return b.specName(id, written, obj)
	case !obj.Exported() && obj.Pkg().Path() != b.home:
		b.missing(id, written)
	case obj.Pkg().Path() == b.pkg.path && b.pkg.path != b.target.path:
		b.problem(id, "%s names %s of the spec package, which generated code cannot import: move it to package %s",
			b.field, written, b.target.name)
	default:
		if fn, ok := obj.(*types.Func); ok {
			b.funcs = append(b.funcs, fn)
		}
		return jen.Qual(obj.Pkg().Path(), obj.Name())
	}
	return jen.Null()
}

// specName writes what package spec re-exports under the name that it has in
// the core. Generated code does not import package spec.
func (b *builder) specName(id *ast.Ident, written string, obj types.Object) *jen.Statement {
	switch obj := obj.(type) {
	case *types.TypeName:
		if named, ok := types.Unalias(obj.Type()).(*types.Named); ok && named.Obj().Pkg().Path() != specPath {
			return jen.Qual(named.Obj().Pkg().Path(), named.Obj().Name())
		}
	case *types.Const:
		v := value{expr: id, typ: obj.Type(), con: obj.Val()}
		if list, ok := b.constants(v); ok && len(list) == 1 {
			return jen.Qual(list[0].Pkg().Path(), list[0].Name())
		}
		if c, ok := b.coreConstant(v); ok {
			return jen.Qual(c.Pkg().Path(), c.Name())
		}
	}
	b.problem(id, "%s names %s, which is for entries only", b.field, written)
	return jen.Null()
}

// missing reports a name that generated code cannot use. A name that another
// package does not export need not be in its export data at all.
func (b *builder) missing(id *ast.Ident, written string) {
	why := "does not exist"
	if strings.Contains(written, ".") && !id.IsExported() || b.info.Uses[id] != nil {
		why = "is not exported to package " + path.Base(b.home)
	}
	b.problem(id, "%s names %s, which %s", b.field, written, why)
}

func (b *builder) problem(n ast.Node, format string, args ...any) {
	b.claim(n)
	b.problems.add(n.Pos(), format, args...)
}
