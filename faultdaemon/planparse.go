package faultdaemon

import (
	"fmt"
	"strconv"
	"strings"
)

// ParsePlan reads a plan of built-in faults: see [Catalogue.ParsePlan].
func ParsePlan(s string) (Plan, error) { return Builtin().ParsePlan(s) }

// A PlanError says what is wrong with a plan's line, and where.
type PlanError struct {
	Text   string
	Column int // in bytes, from 1
	Err    error
}

// Error points at the column.
func (e *PlanError) Error() string {
	return fmt.Sprintf("plan %q, column %d: %v", e.Text, e.Column, e.Err)
}

// Unwrap returns the reason.
func (e *PlanError) Unwrap() error { return e.Err }

// ParsePlan reads a plan as one line:
//
//	plan   = term { "->" term }
//	term   = [ "<-" ] [ selector ":" ] [ count ] fault
//	count  = n [ "c" ] "*"  the first n; with c, of each connection
//	       | n [ "c" ] "/"  every nth
//	       | p "%"          with a probability of p percent
//	fault  = "none" | name [ "(" arguments ")" ]
//
// White space between the parts is ignored. A selector is a word of the
// protocol's, such as a method; it holds neither ":" nor "->". n is 1 or more,
// p more than 0, and every term can take something: see [Plan]. The error is a
// *[PlanError] that points at the column.
func (c *Catalogue) ParsePlan(s string) (Plan, error) {
	var plan Plan
	var columns []int // where each term begins
	for rest, column := s, 1; ; {
		text, next, more := strings.Cut(rest, "->")
		t, at, err := c.parseTerm(text)
		if err != nil {
			return nil, &PlanError{Text: s, Column: column + at, Err: err}
		}
		plan = append(plan, t)
		columns = append(columns, column+spaces(text))
		if !more {
			break
		}
		rest, column = next, column+len(text)+len("->")
	}
	if i, err := plan.unreachable(plan.stages(c)); err != nil {
		return nil, &PlanError{Text: s, Column: columns[i], Err: err}
	}
	return plan, nil
}

// parseTerm reads one term; with an error it returns the offset of what is
// wrong.
func (c *Catalogue) parseTerm(text string) (t Term, at int, err error) {
	at = spaces(text)
	if t.push = strings.HasPrefix(text[at:], "<-"); t.push {
		at += len("<-")
		at += spaces(text[at:])
	}
	if selector, _, found := strings.Cut(text[at:], ":"); found {
		if t.selector = strings.TrimSpace(selector); t.selector == "" {
			return t, at, fmt.Errorf("a selector is missing before the colon")
		}
		at += len(selector) + 1
		at += spaces(text[at:])
	}
	if at, err = t.parseCount(text, at); err != nil {
		return t, at, err
	}
	fault := strings.TrimSpace(text[at:])
	if fault == "" {
		return t, at, fmt.Errorf("a fault is missing")
	}
	t.fault, err = c.Parse(fault)
	return t, at, err
}

// parseCount reads what stands before the fault from the offset at on, and
// returns the offset of the fault.
func (t *Term) parseCount(text string, at int) (int, error) {
	number := text[at:]
	length := strings.IndexFunc(number, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' })
	if length <= 0 {
		return at, nil
	}
	number = number[:length]
	end := at + length
	if end < len(text) && text[end] == 'c' {
		t.perConnection = true
		end++
	}
	end += spaces(text[end:])
	if end == len(text) || !strings.ContainsRune("*/%", rune(text[end])) {
		return at, fmt.Errorf("after the number %s comes *, / or %%", number)
	}
	t.mode = mode(text[end])
	var err error
	if t.mode == chance {
		t.percent, err = strconv.ParseFloat(number, 64)
	} else {
		t.n, err = strconv.ParseInt(number, 10, 64)
	}
	if err != nil {
		return at, fmt.Errorf("%q is no number for %c", number, t.mode)
	}
	if t.mode == chance && t.perConnection {
		return at, fmt.Errorf("a chance counts nothing: write %s%%, without the c", number)
	}
	if err := t.check(); err != nil {
		return at, err
	}
	end++
	return end + spaces(text[end:]), nil
}

// spaces returns how many blanks s begins with.
func spaces(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }
