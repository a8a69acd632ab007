package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A mutant is one change of one operator.
type mutant struct {
	at   token.Position
	what string // "< becomes <="
}

// A rewriter puts into the text of files, at each operator that can be
// changed, a call that does what the operator does, or the change when the
// environment asks for the mutant of that number. Lines stay where they are.
type rewriter struct {
	fset    *token.FileSet
	info    *types.Info
	mutants []mutant
}

// An edit replaces length bytes at offset.
type edit struct {
	offset, length int
	text           string
}

// calls has the function of switch.go.txt for each operator, and what it
// becomes.
var calls = map[token.Token]struct{ function, becomes string }{
	token.LSS: {"mutantLess", "<="},
	token.LEQ: {"mutantLessOrEqual", "<"},
	token.GTR: {"mutantGreater", ">="},
	token.GEQ: {"mutantGreaterOrEqual", ">"},
	token.ADD: {"mutantPlus", "-"},
	token.SUB: {"mutantMinus", "+"},
	token.MUL: {"mutantTimes", "/"},
	token.QUO: {"mutantOver", "*"},
	token.REM: {"mutantModulo", "*"},
}

// negated has the opposite of each comparison.
var negated = map[token.Token]string{
	token.EQL: "!=", token.NEQ: "==", token.LSS: ">=", token.LEQ: ">", token.GTR: "<=", token.GEQ: "<",
}

// rewrite returns the text of a file with its mutants in it, and adds these to
// r.mutants. Constants are left as they are: what is changed is chosen at run
// time.
func (r *rewriter) rewrite(file *ast.File, text []byte) []byte {
	var edits []edit
	add := func(at token.Pos, length int, format string, args ...any) {
		edits = append(edits, edit{r.fset.Position(at).Offset, length, fmt.Sprintf(format, args...)})
	}
	var leave []func() // for each node that is being visited
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			leave[len(leave)-1]()
			leave = leave[:len(leave)-1]
			return true
		}
		after := func() {}
		switch n := n.(type) {
		case *ast.BinaryExpr:
			after = r.binary(n, add)
		case *ast.UnaryExpr:
			if n.Op == token.SUB && !r.constant(n) {
				add(n.Pos(), 1, "mutantNegative(%d, ", r.mutant(n.OpPos, "-x", "x"))
				after = func() { add(n.End(), 0, ")") }
			}
		case *ast.IncDecStmt:
			x := text[r.fset.Position(n.X.Pos()).Offset:r.fset.Position(n.X.End()).Offset]
			other := map[token.Token]token.Token{token.INC: token.DEC, token.DEC: token.INC}[n.Tok]
			number := r.mutant(n.TokPos, n.Tok.String(), other.String())
			after = func() { add(n.TokPos, 2, " %c= mutantOne(%d, %s)", n.Tok.String()[0], number, x) }
		}
		leave = append(leave, after)
		return true
	})
	// What encloses comes first where it begins, and last where it ends.
	slices.SortStableFunc(edits, func(a, b edit) int { return a.offset - b.offset })
	var out bytes.Buffer
	end := 0
	for _, e := range edits {
		out.Write(text[end:e.offset])
		out.WriteString(e.text)
		end = e.offset + e.length
	}
	out.Write(text[end:])
	return out.Bytes()
}

// binary opens the calls for an expression, and returns what closes them.
func (r *rewriter) binary(n *ast.BinaryExpr, add func(token.Pos, int, string, ...any)) (after func()) {
	opposite, comparison := negated[n.Op]
	call, callable := calls[n.Op]
	if r.constant(n) || !comparison && (!callable || !r.numeric(n)) {
		return func() {}
	}
	ends := ""
	if comparison {
		add(n.Pos(), 0, "((")
		ends = fmt.Sprintf(") != mutantIs(%d))", r.mutant(n.OpPos, n.Op.String(), opposite))
	}
	if callable {
		add(n.Pos(), 0, "%s(%d, ", call.function, r.mutant(n.OpPos, n.Op.String(), call.becomes))
		ends = ")" + ends
	}
	return func() {
		if callable {
			add(n.OpPos, len(n.Op.String()), ",")
		}
		add(n.End(), 0, "%s", ends)
	}
}

// mutant adds a mutant, and returns its number. Numbers begin at 1.
func (r *rewriter) mutant(at token.Pos, from, to string) int {
	r.mutants = append(r.mutants, mutant{r.fset.Position(at), from + " becomes " + to})
	return len(r.mutants)
}

func (r *rewriter) constant(e ast.Expr) bool { return r.info.Types[e].Value != nil }

func (r *rewriter) numeric(e ast.Expr) bool {
	basic, ok := r.info.TypeOf(e).Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsInteger|types.IsFloat) != 0
}
