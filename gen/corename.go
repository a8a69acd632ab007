package gen

import (
	"go/constant"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// The values of a spec are re-exported by package spec; generated code calls
// them by the names they have where their type is declared. They are found
// there by type and value: no table has to follow the core.

// declared returns the package and the named type of a constant that has one
// of its own; durations and plain strings and numbers have none.
func declared(t types.Type) (*types.TypeName, bool) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || isDuration(t) {
		return nil, false
	}
	return named.Obj(), true
}

func isDuration(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time" && named.Obj().Name() == "Duration"
}

// A valuesKey is a type, and a package with constants of it.
type valuesKey struct {
	of *types.TypeName
	in *types.Package
}

// valuesOf returns the exported constants of a type that a package declares, in
// the order of their values.
func (s *source) valuesOf(tn *types.TypeName, in *types.Package) []*types.Const {
	key := valuesKey{tn, in}
	if list, found := s.values[key]; found {
		return list
	}
	var list []*types.Const
	scope := in.Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if ok && c.Exported() && types.Identical(c.Type(), tn.Type()) {
			list = append(list, c)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		return constant.Compare(list[i].Val(), token.LSS, list[j].Val())
	})
	if s.values == nil {
		s.values = map[valuesKey][]*types.Const{}
	}
	s.values[key] = list
	return list
}

// constants returns the constants that make up v: the one that equals it, or
// the flags whose union it is. ok is false when there are none.
func (s *source) constants(v value) (list []*types.Const, ok bool) {
	tn, ok := declared(v.typ)
	if !ok || v.con == nil {
		return nil, false
	}
	all := s.valuesOf(tn, tn.Pkg())
	for _, c := range all {
		if constant.Compare(c.Val(), token.EQL, v.con) {
			return []*types.Const{c}, true
		}
	}
	if v.con.Kind() != constant.Int {
		return nil, false
	}
	left := v.con
	for _, c := range all {
		if constant.Sign(c.Val()) > 0 && constant.Compare(constant.BinaryOp(left, token.AND, c.Val()), token.EQL, c.Val()) {
			list = append(list, c)
			left = constant.BinaryOp(left, token.AND_NOT, c.Val())
		}
	}
	return list, len(list) > 0 && constant.Sign(left) == 0
}

// namesOf returns the names of the constants that make up v.
func (r *reader) namesOf(v value) []string {
	var names []string
	if list, ok := r.constants(v); ok {
		for _, c := range list {
			names = append(names, c.Name())
		}
	}
	return names
}

// checkNamed reports a constant of a type with names that has none: a stage
// that does not exist.
func (r *reader) checkNamed(v value, path string) {
	tn, ok := declared(v.typ)
	if !ok || v.isZero() {
		return
	}
	if _, ok := r.constants(v); ok {
		return
	}
	var known []string
	spec := findPackage(r.pkg.types, specPath)
	for _, c := range r.valuesOf(tn, spec) {
		known = append(known, spec.Name()+"."+c.Name())
	}
	r.problems.add(v.pos(), "%s is %s, which is no %s: use %s", path, v.con, strings.ToLower(tn.Name()), strings.Join(known, ", "))
}

// coreConstant returns the core's constant that an untyped constant of package
// spec stands for, by name: NoCalls.
func (s *source) coreConstant(v value) (*types.Const, bool) {
	id := lastIdent(v.expr)
	if id == nil {
		return nil, false
	}
	used, ok := s.pkg.info.Uses[id].(*types.Const)
	if !ok || used.Pkg() == nil || used.Pkg().Path() != specPath && used.Pkg().Path() != corePath {
		return nil, false
	}
	c, ok := s.core.Scope().Lookup(used.Name()).(*types.Const)
	return c, ok && constant.Compare(c.Val(), token.EQL, v.con)
}
