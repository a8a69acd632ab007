package gen

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// maxString bounds what strings.Repeat may make in an example.
const maxString = 64 << 20

// stringParts reads what a constant cannot hold: strings.Repeat of constants,
// and + of such.
func (r *reader) stringParts(expr ast.Expr, path string) []part {
	expr = ast.Unparen(expr)
	if con := r.info.Types[expr].Value; con != nil {
		return []part{{constant.StringVal(con), 1}}
	}
	switch e := expr.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return append(r.stringParts(e.X, path), r.stringParts(e.Y, path)...)
		}
	case *ast.CallExpr:
		if fn := r.callee(e); fn != nil && fn.FullName() == "strings.Repeat" && len(e.Args) == 2 {
			text, count := r.info.Types[e.Args[0]].Value, r.info.Types[e.Args[1]].Value
			if text == nil || count == nil {
				break
			}
			p := part{text: constant.StringVal(text)}
			n, exact := constant.Int64Val(count)
			if !exact || n < 0 || int64(len(p.text))*n > maxString {
				r.problems.add(e.Args[1].Pos(), "%s: strings.Repeat makes 0 bytes to %d MiB here", path, maxString>>20)
				return []part{p}
			}
			p.count = int(n)
			return []part{p}
		}
	}
	if !r.typeErrorWithin(expr) {
		r.problems.add(expr.Pos(), "%s is neither a constant nor strings.Repeat of constants", path)
	}
	return []part{{}}
}

// callee returns the function that a call names, nil for a conversion or a
// function value.
func (r *reader) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	fn, _ := r.info.Uses[id].(*types.Func)
	return fn
}

// isExampleString reports whether a field may be longer than a constant.
func isExampleString(path string) bool {
	for _, name := range []string{".Send", ".Reply", ".Got", ".Stderr"} {
		if strings.HasPrefix(path, "Examples[") && strings.HasSuffix(path, name) {
			return true
		}
	}
	return false
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
