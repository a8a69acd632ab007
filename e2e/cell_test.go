package e2e

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A cell is what the table says of a client under a fault: a verdict and
// whether it is right, or several where the client's goroutines decide.
type cell []mark

type mark struct {
	verdict faulttest.Verdict
	right   bool
}

// What is written for a verdict that is right; for one that is wrong it is
// itself, in bold letters.
var letters = map[faulttest.Verdict]string{
	faulttest.Survived:    "s",
	faulttest.Rejected:    "r",
	faulttest.TimedOut:    "t",
	faulttest.WrongAnswer: "d",
	faulttest.Untested:    "-",
}

func (m mark) String() string {
	if m.right {
		return letters[m.verdict]
	}
	return "**" + string(m.verdict) + "**"
}

// cellOf is the cell of a result that may be any of these verdicts, which are
// none where there is no more than one. A verdict that is none of them stands
// alone.
func cellOf(r faulttest.Result, either []faulttest.Verdict) cell {
	if !slices.Contains(either, r.Verdict) {
		return cell{{r.Verdict, r.OK || r.Verdict == faulttest.Untested}}
	}
	var c cell
	for _, v := range either {
		c = append(c, mark{v, allowed(r.Info, v)})
	}
	return c
}

// allowed reports whether a fault's entry calls a verdict right whatever there
// was on the wire.
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

// wrong reports whether a verdict in the cell is.
func (c cell) wrong() bool {
	return slices.ContainsFunc(c, func(m mark) bool { return !m.right })
}

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
