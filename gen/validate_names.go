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
	if builtin := r.builtinFault(e.full); builtin != nil && !c.target.isCore() {
		r.problems.add(pos, "Name: %s is a built-in fault, faultdaemon.%s: choose another", e.full, builtin.Name())
	}
	if other := r.declaredByHand(c, goName); other != nil {
		r.problems.add(pos, "Name %q makes the constant %s, which package %s declares by hand at %s",
			e.name, goName, c.target.name, r.at(other.Pos()))
	}
}

// builtinFault returns the core's constant for a fault, nil when there is
// none.
func (r *reader) builtinFault(full string) *types.Const {
	scope := r.core.Scope()
	fault := scope.Lookup("Fault")
	if fault == nil {
		return nil
	}
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(c.Type(), fault.Type()) && constant.StringVal(c.Val()) == full {
			return c
		}
	}
	return nil
}

// declaredByHand returns what the target package declares under a name outside
// its generated files.
func (r *reader) declaredByHand(c *catalogue, name string) types.Object {
	home := findPackage(r.pkg.Types, c.target.path)
	if home == nil {
		return nil
	}
	obj := home.Scope().Lookup(name)
	if obj == nil || !obj.Pos().IsValid() || strings.HasSuffix(r.pkg.Fset.Position(obj.Pos()).Filename, "_gen.go") {
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
