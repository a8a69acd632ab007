package gen

import (
	"go/constant"
	"go/types"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"
)

// code writes a value of the spec as Go. Inside a slice literal the type of an
// element is left out.
func (c *catalogue) code(v value, elided bool) jen.Code {
	switch {
	case v.parts != nil:
		return repeatedCode(v.parts)
	case v.con != nil:
		return c.constantCode(v)
	}
	var items []jen.Code
	multi := false
	for _, f := range v.fields {
		// Name: value
		items = append(items, jen.Id(f.name).Op(":").Add(c.code(f.value, false)))
	}
	for _, e := range v.elems {
		items = append(items, c.code(e, true))
		multi = multi || len(e.fields) > 0
	}
	if elided {
		return jen.Values(items...)
	}
	return jen.Add(typeCode(v.typ)).Custom(list(multi), items...)
}

// list is how literals are laid out: on one line, or one element a line.
func list(multi bool) jen.Options {
	return jen.Options{Open: "{", Close: "}", Separator: ",", Multi: multi}
}

// constantCode writes a constant: by name where the core has one for it.
func (c *catalogue) constantCode(v value) jen.Code {
	if named, ok := c.constants(v); ok {
		code := jen.Null()
		for i, n := range named {
			if i > 0 {
				// StageA | StageB
				code.Op("|")
			}
			code.Qual(n.Pkg().Path(), n.Name())
		}
		return code
	}
	if n, ok := c.coreConstant(v); ok {
		return jen.Qual(n.Pkg().Path(), n.Name())
	}
	switch v.con.Kind() {
	case constant.String:
		return stringCode(constant.StringVal(v.con))
	case constant.Int:
		if isDuration(v.typ) {
			return durationCode(time.Duration(v.num()))
		}
	}
	return jen.Op(v.con.ExactString())
}

// durationCode writes a duration in its largest whole unit.
func durationCode(d time.Duration) jen.Code {
	for _, unit := range []struct {
		name string
		size time.Duration
	}{
		{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second},
		{"Millisecond", time.Millisecond}, {"Microsecond", time.Microsecond},
	} {
		switch {
		case d == unit.size:
			// time.Second
			return jen.Qual("time", unit.name)
		case d != 0 && d%unit.size == 0:
			// 200 * time.Millisecond
			return jen.Lit(int(d/unit.size)).Op("*").Qual("time", unit.name)
		}
	}
	return jen.Lit(int(d))
}

// stringCode writes a string the way that reads best: JSON between backquotes,
// with a newline behind it, everything else, and what cannot be seen, quoted.
func stringCode(s string) *jen.Statement {
	body := strings.TrimRight(s, "\n")
	unseen := func(r rune) bool { return !strconv.IsPrint(r) }
	if !strings.Contains(body, `"`) || !strconv.CanBackquote(body) || strings.ContainsFunc(body, unseen) {
		return jen.Op(strconv.Quote(s))
	}
	// `{"id":1}` + "\n"
	code := jen.Op("`" + body + "`")
	if tail := s[len(body):]; tail != "" {
		code.Op("+").Op(strconv.Quote(tail))
	}
	return code
}

// repeatedCode writes a string as it stands in the spec.
func repeatedCode(parts []part) jen.Code {
	code := jen.Null()
	for i, p := range parts {
		if i > 0 {
			code.Op("+")
		}
		if p.count == 1 {
			code.Add(stringCode(p.text))
			continue
		}
		// strings.Repeat("x", 65536)
		code.Qual("strings", "Repeat").Call(stringCode(p.text), jen.Lit(p.count))
	}
	return code
}

// typeCode writes the type of a literal.
func typeCode(t types.Type) jen.Code {
	switch t := types.Unalias(t).(type) {
	case *types.Slice:
		return jen.Index().Add(typeCode(t.Elem()))
	case *types.Named:
		return jen.Qual(t.Obj().Pkg().Path(), t.Obj().Name())
	default:
		return jen.Op(t.String())
	}
}
