package e2e

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A cell is what the table says of a client under a fault: a verdict and its
// grade, or several where the client's goroutines decide.
type cell []mark

type mark struct {
	verdict faulttest.Verdict
	grade   faulttest.Grade
	passes  bool
}

// What is written for a verdict that passes; one that fails is written out, in
// bold letters.
var letters = map[faulttest.Verdict]string{
	faulttest.Survived:    "s",
	faulttest.Rejected:    "r",
	faulttest.TimedOut:    "t",
	faulttest.WrongAnswer: "d",
	faulttest.Untested:    "-",
}

func (m mark) String() string {
	text := letters[m.verdict]
	if !m.passes {
		text = "**" + string(m.verdict) + "**"
	}
	if m.grade != verdict.OK && m.grade != verdict.Unsafe && m.grade != "" {
		text += " " + string(m.grade)
	}
	return text
}

// cellOf is the cell of a result that may be any of these verdicts, which are
// none where there is no more than one. A verdict that is none of them stands
// alone.
func cellOf(r faulttest.Result, either []faulttest.Verdict) cell {
	own := mark{r.Verdict, r.Grade, r.OK || r.Verdict == faulttest.Untested}
	if !slices.Contains(either, r.Verdict) {
		return cell{own}
	}
	var c cell
	for _, v := range either {
		switch {
		case allowed(r.Info, v):
			c = append(c, mark{v, verdict.OK, true})
		case v == r.Verdict:
			c = append(c, own)
		default:
			c = append(c, mark{v, verdict.Unsafe, false})
		}
	}
	return c
}

// allowed reports whether a fault's entry expects a verdict whatever there was
// on the wire.
func allowed(info faultdaemon.Info, v faulttest.Verdict) bool {
	switch v {
	case faulttest.Survived:
		return info.Client&faultdaemon.Survives != 0
	case faulttest.Rejected:
		return info.Client&faultdaemon.Rejects != 0
	case faulttest.TimedOut:
		return info.Client&faultdaemon.TimesOut != 0
	case faulttest.WrongAnswer:
		return info.Client&faultdaemon.Differs != 0
	}
	return false
}

// worst is the grade that weighs most in the cell; "" where it is untested.
func (c cell) worst() (worst faulttest.Grade) {
	order := []faulttest.Grade{"", verdict.OK, verdict.Lenient, verdict.Late, verdict.Overstrict, verdict.Unsafe}
	for _, m := range c {
		if slices.Index(order, m.grade) > slices.Index(order, worst) {
			worst = m.grade
		}
	}
	return worst
}

// unexpected reports whether a verdict in the cell is none that the entry
// expects.
func (c cell) unexpected() bool { return c.worst() != verdict.OK && c.worst() != "" }

// text is the cell with the number of the finding that it belongs to, if any.
func (c cell) text(finding int) string {
	var words []string
	for _, m := range c {
		words = append(words, m.String())
	}
	text := strings.Join(words, " or ")
	if finding > 0 {
		text += fmt.Sprintf(" [%d](#%d)", finding, finding)
	}
	return text
}
