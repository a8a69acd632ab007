package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// What the parser and the type checker say about a spec package matters where
// entries are; everywhere else it is likely to come of constants that are not
// generated yet.

// reportSyntaxErrors reports what cannot be parsed in files that import the spec
// types; entries may be missing from them.
func (r *reader) reportSyntaxErrors() {
	for _, e := range r.pkg.syntaxErrors {
		if slices.ContainsFunc(e.file.Imports, isSpecImport) {
			r.problems.addAt(e.Pos, e.Msg)
		}
	}
}

func isSpecImport(imp *ast.ImportSpec) bool { return imp.Path.Value == `"`+specPath+`"` }

// keepTypeErrors keeps the type checker's complaints inside these literals.
func (r *reader) keepTypeErrors(literals []*ast.CompositeLit) {
	for _, lit := range literals {
		for _, e := range r.pkg.typeErrors {
			if within(lit, e.Pos) {
				r.typeErrors = append(r.typeErrors, e)
			}
		}
	}
}

// reportTypeErrors reports what is left of them.
func (r *reader) reportTypeErrors() {
	for _, e := range r.typeErrors {
		r.problems.add(e.Pos, "%s", strings.Join(strings.Fields(e.Msg), " "))
	}
}

// typeErrorWithin reports whether the type checker complains about something
// inside n.
func (r *reader) typeErrorWithin(n ast.Node) bool {
	return slices.ContainsFunc(r.typeErrors, func(e types.Error) bool { return within(n, e.Pos) })
}

// wrongWithin reports whether anything is known to be wrong inside a value.
func (r *reader) wrongWithin(v value) bool {
	return v.expr != nil && (r.typeErrorWithin(v.expr) ||
		slices.ContainsFunc(r.problems.seen, func(pos token.Pos) bool { return within(v.expr, pos) }))
}

// claim drops the type checker's complaints inside n: a problem of our own
// says it better.
func (r *reader) claim(n ast.Node) {
	r.typeErrors = slices.DeleteFunc(r.typeErrors, func(e types.Error) bool { return within(n, e.Pos) })
}

func within(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }
