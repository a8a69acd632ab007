package gen

import (
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
		texts := make([]string, len(v.parts))
		for i, p := range v.parts {
			texts[i] = strings.Repeat(p.text, p.count)
		}
		return strings.Join(texts, "")
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
