package server

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// A todo is what is to be done, as a line of a text says it:
//
//	TODO(ann): feed the cat
type todo struct {
	where lsp.Range
	owner string // empty for anybody
	text  string // empty where the line does not say what
}

// pattern is what a todo looks like: to the end of its line.
var pattern = regexp.MustCompile(`\bTODO\b(?:\(([^()]*)\))?:?[ \t]*(.*)`)

// find returns the todos of a text, at most one a line.
func find(text string) (list []todo) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		at := pattern.FindStringSubmatchIndex(line)
		if at == nil {
			continue
		}
		group := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return line[at[2*n]:at[2*n+1]]
		}
		list = append(list, todo{
			where: lsp.Range{
				Start: lsp.Position{Line: i, Character: units(line[:at[0]])},
				End:   lsp.Position{Line: i, Character: units(line)},
			},
			owner: group(1),
			text:  group(2),
		})
	}
	return list
}

// units returns the length of a text as the protocol counts it.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// name returns what the todo is called in a list.
func (t todo) name() string {
	if t.text == "" {
		return "something"
	}
	return t.text
}

// hover returns what is known about the todo on a line; nil where there is
// none.
func hover(list []todo, line int) *lsp.Hover {
	for i, t := range list {
		if t.where.Start.Line != line {
			continue
		}
		value := fmt.Sprintf("%d of %d: %s", i+1, len(list), t.name())
		if t.owner != "" {
			value += ", by " + t.owner
		}
		return &lsp.Hover{Contents: lsp.Markup{Kind: "plaintext", Value: value}}
	}
	return nil
}

// symbols returns the todos as an outline.
func symbols(list []todo) []lsp.DocumentSymbol {
	outline := []lsp.DocumentSymbol{} // an array even when it is empty
	for _, t := range list {
		outline = append(outline, lsp.DocumentSymbol{Name: t.name(), Kind: lsp.KindEvent, Range: t.where, SelectionRange: t.where})
	}
	return outline
}

// diagnostics returns the todos as remarks; those that do not say what is to
// be done are warnings.
func diagnostics(list []todo) []lsp.Diagnostic {
	remarks := []lsp.Diagnostic{}
	for _, t := range list {
		d := lsp.Diagnostic{Range: t.where, Severity: lsp.SeverityInformation, Source: "todo", Message: t.name()}
		if t.text == "" {
			d.Severity, d.Message = lsp.SeverityWarning, "this does not say what is to be done"
		}
		remarks = append(remarks, d)
	}
	return remarks
}
