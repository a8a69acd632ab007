package shrink

import (
	"fmt"
	"go/format"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Expression returns a plan as a Go expression of package faultdaemon. A matcher given
// to faultdaemon.When is the identifier match.
func Expression(plan faultdaemon.Plan) string {
	if len(plan) == 0 {
		return "faultdaemon.Plan(nil)"
	}
	text := ""
	for i, t := range plan {
		term := expression(t)
		if i > 0 {
			term = ".Then(" + term + ")"
		}
		text += term
	}
	return text
}

func expression(t faultdaemon.Term) string {
	p := t.Parts()
	fault := strconv.Quote(string(p.Fault))
	if p.Fault == faultdaemon.FaultNone {
		fault = "faultdaemon.FaultNone"
	}
	var text string
	switch p.Count {
	case faultdaemon.FirstOnes:
		text = fmt.Sprintf("faultdaemon.FirstN(%d, %s)", p.N, fault)
	case faultdaemon.EveryNthOne:
		text = fmt.Sprintf("faultdaemon.EveryNth(%d, %s)", p.N, fault)
	case faultdaemon.ByChance:
		text = fmt.Sprintf("faultdaemon.Chance(%s/100.0, %s)", strconv.FormatFloat(p.Percent, 'g', -1, 64), fault)
	default:
		text = fmt.Sprintf("faultdaemon.Always(%s)", fault)
	}
	if p.PerConnection {
		text = "faultdaemon.PerConnection(" + text + ")"
	}
	if p.Selector != "" {
		text = fmt.Sprintf("faultdaemon.On(%q, %s)", p.Selector, text)
	}
	if strings.HasPrefix(strings.TrimPrefix(t.String(), "<-"), "func:") {
		text = "faultdaemon.When(match, " + text + ")"
	}
	if p.FromUpstream {
		text = "faultdaemon.FromUpstream(" + text + ")"
	}
	return text
}

// Test returns a function that is a Go test of a client, a function, under a plan. It
// calls faulttest.RunPlan with the identifiers cfg and client, which are the caller's to
// declare in the same package.
func Test(name string, plan faultdaemon.Plan) string {
	return source(fmt.Sprintf("func %s(t *testing.T) {\n// %s\nfaulttest.RunPlan(t, cfg, client, %s, nil)\n}\n", name, plan, Expression(plan)))
}

// ProgramTest returns a file that is a Go test of a client, a program: it runs a
// command line, which checks it.
func ProgramTest(pkg, name string, plan faultdaemon.Plan, command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		words[i] = strconv.Quote(word)
	}
	return source(fmt.Sprintf(`package %s

import (
	"os/exec"
	"testing"
)

// %s
func %s(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), %s).CombinedOutput()
	if err != nil {
		t.Errorf("%%v\n%%s", err, out)
	}
}
`, pkg, plan, name, strings.Join(words, ",\n")+",\n"))
}

// source is Go source, formatted.
func source(text string) string {
	out, err := format.Source([]byte(text))
	if err != nil { // a name that is none
		return text
	}
	return string(out)
}
