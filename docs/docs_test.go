// Package docs holds the pages to the code that they quote.
package docs

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var update = flag.Bool("update", false, "rewrite what the pages quote")

// A quote is a place in a page that shows a function, or all, of a file as it
// stands there:
//
//	<!-- BEGIN func examples/notes/readme_test.go TestHalfAReply -->
//	<!-- END func -->
//	<!-- BEGIN file examples/kv/kvfault/layout.go -->
//	<!-- END file -->
var (
	quotedFunc = regexp.MustCompile(`(?s)(<!-- BEGIN func (\S+) (\w+) -->\n)(.*?)(<!-- END func -->\n)`)
	quotedFile = regexp.MustCompile(`(?s)(<!-- BEGIN file (\S+)() -->\n)(.*?)(<!-- END file -->\n)`)
)

func TestPagesQuoteTheCode(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	funcs, files := 0, 0
	for _, page := range append(pages, "../README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		fresh := requote(quotedFunc, string(text), &funcs, func(file, name string) string { return function(t, file, name) })
		fresh = requote(quotedFile, fresh, &files, func(file, _ string) string {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			return string(source)
		})
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(fresh), 0o644))
			continue
		}
		require.Equal(t, fresh, string(text), "%s differs from the code that it quotes: run go test ./docs -update", page)
	}
	require.NotZero(t, funcs)
	require.NotZero(t, files)
}

// requote returns the text with fresh code in its quotes, and counts them.
func requote(quote *regexp.Regexp, text string, count *int, code func(file, name string) string) string {
	return quote.ReplaceAllStringFunc(text, func(place string) string {
		*count++
		m := quote.FindStringSubmatch(place)
		return m[1] + "```go\n" + code(filepath.Join("..", m[2]), m[3]) + "```\n" + m[5]
	})
}

// function returns the source of a function, its comment included.
func function(t *testing.T, file, name string) string {
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, source, parser.ParseComments)
	require.NoError(t, err)
	for _, decl := range parsed.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == name {
			start := f.Pos()
			if f.Doc != nil {
				start = f.Doc.Pos()
			}
			return string(source[files.Position(start).Offset:files.Position(f.End()).Offset]) + "\n"
		}
	}
	t.Fatalf("%s has no function %s", file, name)
	return ""
}

// Every line of a plan that the page shows is one, and prints as it is shown.
func TestPlansOfThePage(t *testing.T) {
	text, err := os.ReadFile("choosing.md")
	require.NoError(t, err)
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `").FindAllSubmatch(text, -1)
	require.Len(t, rows, 9)
	for _, row := range rows {
		plan, err := faultdaemon.ParsePlan(string(row[1]))
		require.NoError(t, err)
		require.Equal(t, string(row[1]), plan.String())
	}
}

// Links from page to page lead somewhere.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	links := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, link := range links.FindAllSubmatch(text, -1) {
			target := filepath.Join(filepath.Dir(page), string(link[1]))
			_, err := os.Stat(target)
			require.NoError(t, err, page)
			if anchor := bytes.TrimPrefix(link[2], []byte("#")); len(anchor) > 0 {
				there, err := os.ReadFile(target)
				require.NoError(t, err)
				id := fmt.Sprintf("<a id=%q></a>", anchor)
				require.True(t, strings.Contains(string(there), id), "%s links to %s, which has no %s", page, target, id)
			}
		}
	}
}
