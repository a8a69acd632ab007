package gen

import (
	"go/constant"
	"go/types"
	"strings"
)

// validateShared reports a prefix that is missing or malformed.
func (r *reader) validateShared(c *catalogue) {
	prefix := c.shared.get("Prefix")
	switch {
	case c.prefix != "" && !snakeCase.MatchString(c.prefix):
		r.problems.add(prefix.pos(), "Prefix %q is not snake_case", c.prefix)
	case c.prefix == "" && r.target.module != modulePath && !r.wrongWithin(prefix):
		pos := c.shared.pos()
		if !pos.IsValid() && len(c.entries) > 0 {
			pos = c.entries[0].lit.pos()
		}
		if pos.IsValid() {
			r.problems.add(pos, "no prefix: write var _ = spec.Catalogue{Prefix: %q}, so that names clash with nobody's",
				c.target.name)
		}
	}
}

// validateName reports a name that is malformed, taken, or has another name's
// constant.
func (r *reader) validateName(c *catalogue, e *entry, names, consts map[string]*entry) {
	if e.name == "" {
		return
	}
	pos, goName := e.pos("Name"), constName(e.name)
	switch first := names[e.name]; {
	case !snakeCase.MatchString(e.name):
		r.problems.add(pos, "Name %q is not snake_case", e.name)
		return
	case e.full == "none":
		r.problems.add(pos, `Name "none" stands for no fault: choose another`)
		return
	case first != nil:
		r.problems.add(pos, "Name %q is taken: %s", e.name, r.at(first.pos("Name")))
		return
	}
	names[e.name] = e
	if first := consts[goName]; first != nil {
		r.problems.add(pos, "Name %q makes the constant %s, and so does %q at %s",
			e.name, goName, first.name, r.at(first.pos("Name")))
		return
	}
	consts[goName] = e
	if taken := r.taken(c, e); taken != nil {
		kind := "a fault of " + taken.Pkg().Path()
		if taken.Pkg() == r.core {
			kind = "a built-in fault"
		}
		r.problems.add(pos, "Name: %s is %s, %s.%s: choose another", e.full, kind, taken.Pkg().Name(), taken.Name())
	}
	if other := r.declaredByHand(goName); other != nil {
		r.problems.add(pos, "Name %q makes the constant %s, which package %s declares by hand at %s",
			e.name, goName, c.target.name, r.at(other.Pos()))
	}
}

// taken returns the constant of a fault that has an entry's name already and
// is certain to be there when the entry is: a built-in one, or one that the
// protocol of the entry brings. It returns nil when there is none.
func (r *reader) taken(c *catalogue, e *entry) *types.Const {
	for _, pkg := range []*types.Package{r.core, r.homeOf(c.shared.get("Protocol")), r.homeOf(e.lit.get("Protocol"))} {
		if pkg == nil || pkg.Path() == c.target.path {
			continue
		}
		if fault := r.faultOf(pkg, e.full); fault != nil {
			return fault
		}
	}
	return nil
}

// homeOf returns the package that declares the type of a value, nil when it
// has no such type.
func (r *reader) homeOf(v value) *types.Package {
	if v.expr == nil {
		return nil
	}
	t := types.Unalias(r.info.TypeOf(v.expr))
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Pkg()
	}
	return nil
}

// faultOf returns a package's exported constant for a fault, nil when there is none.
func (r *reader) faultOf(pkg *types.Package, full string) *types.Const {
	fault, ok := r.core.Scope().Lookup("Fault").(*types.TypeName)
	if !ok {
		return nil
	}
	for _, c := range r.valuesOf(fault, pkg) {
		if constant.StringVal(c.Val()) == full {
			return c
		}
	}
	return nil
}

// declaredByHand returns what the target package declares under a name outside
// its generated files.
func (r *reader) declaredByHand(name string) types.Object {
	if r.home == nil {
		return nil
	}
	obj := r.home.Scope().Lookup(name)
	if obj == nil || !obj.Pos().IsValid() || strings.HasSuffix(r.pkg.fset.Position(obj.Pos()).Filename, "_gen.go") {
		return nil
	}
	return obj
}

// validateAliases reports names of other tools that mean another fault here.
func (r *reader) validateAliases(c *catalogue, e *entry, names map[string]*entry) {
	for i, alias := range e.lit.get("AlsoKnownAs").elems {
		full := strings.TrimPrefix(alias.str(), c.prefix+"_")
		if other := names[full]; other != nil {
			r.problems.add(alias.pos(), "AlsoKnownAs[%d] %q is a fault of this catalogue: %s", i, alias.str(), r.at(other.pos("Name")))
		}
	}
}
