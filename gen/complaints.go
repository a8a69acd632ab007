package gen

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// What the parser and the type checker say about a spec package matters where
// entries are; everywhere else it is likely to come of constants that are not
// generated yet.

// syntaxErrors reports what cannot be parsed in files that import the spec
// types; entries may be missing from them.
func (r *reader) syntaxErrors() {
	for _, e := range r.pkg.Errors {
		problem, file, found := r.parseError(e)
		if !found {
			continue
		}
		for _, imp := range file.Imports {
			if imp.Path.Value == `"`+specPath+`"` {
				r.problems.list = append(r.problems.list, problem)
			}
		}
	}
}

// keepTypeErrors keeps the type checker's complaints inside these literals.
func (r *reader) keepTypeErrors(literals []*ast.CompositeLit) {
	for _, lit := range literals {
		for _, e := range r.pkg.TypeErrors {
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

// parseError returns a syntax error of the spec package as a problem, and the
// file that it is in.
func (r *reader) parseError(e packages.Error) (Problem, *ast.File, bool) {
	if e.Kind != packages.ParseError {
		return Problem{}, nil, false
	}
	for _, file := range r.pkg.Syntax {
		name := r.pkg.Fset.File(file.FileStart).Name()
		rest, found := strings.CutPrefix(e.Pos, name+":")
		if !found {
			continue
		}
		at := token.Position{Filename: relative(r.dir, name)}
		if _, err := fmt.Sscanf(rest, "%d:%d", &at.Line, &at.Column); err != nil {
			continue
		}
		return Problem{Pos: at, Msg: e.Msg}, file, true
	}
	return Problem{}, nil, false
}
