package gen

import (
	"fmt"
	"go/ast"
	"go/types"
)

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
		r.problems.add(expr.Pos(), "%s names %s, which the generator writes: entries cannot depend on it", path, name)
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

// lastIdent returns the identifier that a plain name ends in, nil for anything
// else.
func lastIdent(expr ast.Expr) *ast.Ident {
	switch e := expr.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}
