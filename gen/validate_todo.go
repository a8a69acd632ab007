package gen

import (
	"fmt"
	"go/ast"
	"go/constant"
	"regexp"
)

// todo is what [New] leaves where thought is needed.
var todo = regexp.MustCompile(`\bTODO\b`)

// validateTODO reports every string that still waits for its author.
func (r *reader) validateTODO(v value, path string) {
	for _, f := range v.fields {
		r.validateTODO(f.value, join(path, f.name))
	}
	for i, e := range v.elems {
		r.validateTODO(e, fmt.Sprintf("%s[%d]", path, i))
	}
	if v.con != nil && v.con.Kind() == constant.String && todo.MatchString(v.str()) {
		r.problems.add(v.pos(), "%s still says TODO", path)
	}
}

// validateComments reports every comment inside a literal that still waits for
// its author, at the field on whose line it ends.
func (r *reader) validateComments(lit value) {
	if lit.expr == nil {
		return
	}
	for _, comment := range r.todos {
		if within(lit.expr, comment.Pos()) {
			r.commentLeft(lit, comment)
		}
	}
}

// todoComments returns the comments that say TODO.
func todoComments(files []*ast.File) []*ast.Comment {
	var list []*ast.Comment
	for _, file := range files {
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if todo.MatchString(comment.Text) {
					list = append(list, comment)
				}
			}
		}
	}
	return list
}

func (r *reader) commentLeft(lit value, comment *ast.Comment) {
	line := r.pkg.fset.Position(comment.Pos()).Line
	for _, f := range lit.fields {
		if r.pkg.fset.Position(f.expr.End()).Line == line {
			r.problems.add(f.pos(), "%s still says TODO", f.name)
			return
		}
	}
	r.problems.add(comment.Pos(), "a comment still says TODO")
}
