package gen

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong with a spec, and where.
type Problem struct {
	Pos token.Position // Filename relative to Options.Dir where that is shorter
	Msg string
}

// Error returns file:line:column: message.
func (p Problem) Error() string { return fmt.Sprintf("%s: %s", p.Pos, p.Msg) }

// Problems is everything that is wrong with a spec, in order of position.
type Problems []Problem

// Error returns one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// problems collects what is wrong while a spec is read.
type problems struct {
	dir  string
	fset *token.FileSet
	list Problems
	seen []token.Pos // where they are
}

func (p *problems) add(pos token.Pos, format string, args ...any) {
	p.seen = append(p.seen, pos)
	p.addAt(p.fset.Position(pos), fmt.Sprintf(format, args...))
}

// addAt adds what is wrong at a place that is no token's.
func (p *problems) addAt(at token.Position, msg string) {
	at.Offset = 0
	at.Filename = relative(p.dir, at.Filename)
	p.list = append(p.list, Problem{Pos: at, Msg: msg})
}

// err returns what was collected, sorted and each once; nil when that is
// nothing.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Msg, b.Msg),
		)
	})
	return slices.Compact(p.list)
}

// relative returns path as seen from dir, with slashes; path itself where the
// way leads upwards.
func relative(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil || strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}
