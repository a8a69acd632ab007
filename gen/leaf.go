package gen

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// A value is what stands in a field of an entry: a struct literal, a slice
// literal, a constant, or a string that is too long to be one.
type value struct {
	expr   ast.Expr // nil: the field is not there
	typ    types.Type
	fields []field        // of a struct literal, as they stand
	elems  []value        // of a slice literal
	con    constant.Value // of a constant
	parts  []part         // of a string that repeats something
}

type field struct {
	name string
	value
}

// A part is a piece of a string: text, count times.
type part struct {
	text  string
	count int
}

// maxString bounds what strings.Repeat may make in an example.
const maxString = 64 << 20

// get returns a field of a struct literal, the zero value when it is not there.
func (v value) get(name string) value {
	for _, f := range v.fields {
		if f.name == name {
			return f.value
		}
	}
	return value{}
}

// pos is where the value stands; of no value, token.NoPos.
func (v value) pos() token.Pos {
	if v.expr == nil {
		return token.NoPos
	}
	return v.expr.Pos()
}

// str returns a string, repetitions written out; "" for anything else.
func (v value) str() string {
	if v.parts != nil {
		var b strings.Builder
		for _, p := range v.parts {
			b.WriteString(strings.Repeat(p.text, p.count))
		}
		return b.String()
	}
	if v.con == nil || v.con.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(v.con)
}

// num returns an integer; 0 for anything else.
func (v value) num() int64 {
	if v.con == nil || v.con.Kind() != constant.Int {
		return 0
	}
	n, _ := constant.Int64Val(v.con)
	return n
}

func (v value) isTrue() bool {
	return v.con != nil && v.con.Kind() == constant.Bool && constant.BoolVal(v.con)
}

// strs returns the strings of a slice literal.
func (v value) strs() []string {
	var list []string
	for _, e := range v.elems {
		list = append(list, e.str())
	}
	return list
}

// isZero reports whether leaving the value out would say the same.
func (v value) isZero() bool {
	switch {
	case v.parts != nil:
		return v.str() == ""
	case v.con == nil:
		return len(v.fields) == 0 && len(v.elems) == 0
	case v.con.Kind() == constant.String:
		return constant.StringVal(v.con) == ""
	case v.con.Kind() == constant.Bool:
		return !constant.BoolVal(v.con)
	}
	return constant.Sign(v.con) == 0
}

// evaluate reads an expression as a value. path names it in problems:
// "Examples[0].Send". A behaviour is left as syntax.
func (r *reader) evaluate(expr ast.Expr, path string) value {
	expr = ast.Unparen(expr)
	tv := r.info.Types[expr]
	v := value{expr: expr, typ: tv.Type}
	if lit, ok := expr.(*ast.CompositeLit); ok && tv.Type != nil {
		switch under := tv.Type.Underlying().(type) {
		case *types.Struct:
			v.fields = r.structFields(lit, under, path)
			return v
		case *types.Slice:
			for i, e := range lit.Elts {
				v.elems = append(v.elems, r.evaluate(e, fmt.Sprintf("%s[%d]", path, i)))
			}
			return v
		}
	}
	if name, found := r.generatedConstant(expr); found {
		r.claim(expr)
		r.problems.add(expr.Pos(), "%s names %s, which the generator writes: write its value", path, name)
		return v
	}
	if tv.Value != nil {
		v.con = tv.Value
		r.checkNamed(v, path)
		return v
	}
	if isExampleString(path) && isString(tv.Type) {
		v.parts = r.stringParts(expr, path)
		return v
	}
	if !r.typeErrorWithin(expr) {
		r.problems.add(expr.Pos(), "%s is no constant: entries are read, not run", path)
	}
	return v
}

// structFields reads a literal whose fields are written as Name: value.
func (r *reader) structFields(lit *ast.CompositeLit, under *types.Struct, path string) []field {
	var list []field
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			r.problems.add(elt.Pos(), "%swrite each field as Name: value", prefixed(path))
			return list
		}
		key, ok := kv.Key.(*ast.Ident)
		if !ok {
			continue // the type checker has said so
		}
		if f := structField(under, key.Name); f != nil && isBehaviour(f.Type()) {
			list = append(list, field{key.Name, value{expr: kv.Value, typ: f.Type()}})
			continue
		}
		list = append(list, field{key.Name, r.evaluate(kv.Value, join(path, key.Name))})
	}
	return list
}

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
	for _, name := range []string{".Send", ".Reply", ".Got"} {
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

// isBehaviour reports whether a field holds code, a Step or a Protocol, and no
// leaf.
func isBehaviour(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok || types.IsInterface(t)
}

func structField(s *types.Struct, name string) *types.Var {
	for f := range s.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func prefixed(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}
