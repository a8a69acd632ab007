package gen

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// required are the fields without which an entry says too little.
var required = []string{"Name", "Stage", "Summary", "Tests", "Client", "Do", "Examples"}

// sentences are the fields that prose is made of.
var sentences = []string{"Summary", "Tests", "Simulates", "Why"}

// validate reports everything that is wrong with the catalogue and can be seen
// without running it.
func (r *reader) validate(c *catalogue) {
	r.validateShared(c)
	r.validateTODO(c.shared, "")
	r.validateComments(c.shared)
	names, consts := map[string]*entry{}, map[string]*entry{}
	for _, e := range c.entries {
		r.validateName(c, e, names, consts)
	}
	for _, e := range c.entries {
		r.validateTODO(e.lit, "")
		r.validateComments(e.lit)
		r.validateFields(e)
		r.validateAliases(c, e, names)
		r.validateParams(e)
		r.validateExamples(c, e)
	}
}

// validateFields reports what is missing and what reads badly.
func (r *reader) validateFields(e *entry) {
	for _, name := range required {
		v := e.lit.get(name)
		isCode := name == "Do" && v.expr != nil
		if !isCode && v.isZero() && !r.wrongWithin(v) {
			r.problems.add(e.pos(name), "%s%s is missing", e.label(), name)
		}
	}
	for _, name := range sentences {
		v := e.lit.get(name)
		switch s := v.str(); {
		case s == "" || todo.MatchString(s):
		case strings.ContainsAny(s, "\r\n"):
			r.problems.add(v.pos(), "%s has a line break: it is one line", name)
		case !strings.HasSuffix(s, "."):
			r.problems.add(v.pos(), "%s does not end with a full stop", name)
		case name == "Summary" && unicode.IsUpper([]rune(s)[0]) && !isWord(s, "R"):
			r.problems.add(v.pos(), "Summary starts with a capital: it is read behind the fault's name")
		}
	}
	if len(e.client) > 1 && e.why == "" {
		r.problems.add(e.pos("Client"), "Client is more than one outcome: Why says when which one is right")
	}
}

// validateExamples reports examples that cannot be read, and entries none of
// whose examples shows a fault.
func (r *reader) validateExamples(c *catalogue, e *entry) {
	if len(e.examples) == 0 {
		return
	}
	shows := false
	for i, x := range e.examples {
		r.validateHex(x, x.hex, fmt.Sprintf("Examples[%d]", i))
		r.validateProcess(c, x, fmt.Sprintf("Examples[%d]", i))
		r.validateListen(c, x, fmt.Sprintf("Examples[%d]", i))
		if passed := x.lit.get("Passed"); passed.str() != "" && !c.relayed {
			r.problems.add(passed.pos(), "Examples[%d].Passed is about a real daemon behind: write var _ = spec.Catalogue{Relayed: true} where there is one", i)
		}
		if with := x.lit.get("With"); with.expr != nil {
			r.validateArgs(e, with.pos(), fmt.Sprintf("Examples[%d].With", i), x.with)
		}
		shows = shows || x.differs()
	}
	if !shows && !r.wrongWithin(e.lit.get("Examples")) {
		r.problems.add(e.pos("Examples"), "%sExamples show nothing that a healthy daemon would not: "+
			"one needs other bytes, a delay, an end, other calls, a connect that fails, or a process that does otherwise", e.label())
	}
}

// differs reports whether a healthy daemon would behave otherwise.
func (x example) differs() bool {
	return x.got != x.reply || x.after != 0 || x.then != "EndOpen" || x.calls != 0 || x.writes != 0 ||
		x.stderr != "" || x.status != "" || x.fails != "" || x.outlives != "" || x.closes != "" || x.connect != "" || x.shows != "" ||
		x.passed != "" && x.passed != x.send ||
		slices.ContainsFunc(x.more, example.differs)
}

func (r *reader) validateHex(x example, isHex bool, path string) {
	for i, m := range x.more {
		r.validateHex(m, isHex, fmt.Sprintf("%s.More[%d]", path, i))
	}
	if !isHex {
		return
	}
	for _, name := range []string{"Send", "Reply", "Got", "Passed", "Stderr"} {
		v := x.lit.get(name)
		if _, err := unhex(v.str()); err != nil {
			r.problems.add(v.pos(), "%s.%s is not hexadecimal: %v", path, name, err)
		}
	}
}

// unhex reads hexadecimal, white space ignored.
func unhex(s string) ([]byte, error) {
	return hex.DecodeString(strings.Join(strings.Fields(s), ""))
}

// label names the entry in problems, where it has a name.
func (e *entry) label() string {
	if e.name == "" {
		return ""
	}
	return e.name + ": "
}

// isWord reports whether s starts with a word.
func isWord(s, word string) bool {
	rest, found := strings.CutPrefix(s, word)
	return found && (rest == "" || !unicode.IsLetter([]rune(rest)[0]))
}
