package gen

import (
	"bytes"
	"errors"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"text/template"

	"golang.org/x/tools/go/ast/astutil"
)

// entrySkeleton is an entry that compiles and that the generator refuses: what
// needs thought says TODO, in a string or in a comment.
var entrySkeleton = template.Must(template.New("").Parse(`{
	Name:    {{printf "%q" .Name}},
	Stage:   {{.Spec}}Respond,
	Summary: "TODO: what the daemon does, like: writes half the response.",
	Tests:   "TODO: what of a client this puts to the test.",
	Client:  {{.Spec}}TimesOut, // TODO: what is right: {{.Spec}}Survives, {{.Spec}}Rejects, {{.Spec}}TimesOut or {{.Spec}}Differs
	Do:      {{.Core}}Hang, // TODO: steps, or a function of yours: func(*{{.Core}}Exchange) error
	Examples: []{{.Spec}}Example{
		{Send: "TODO\n", Reply: "TODO\n", Got: "TODO\n", Then: {{.Spec}}Open},
	},
}`))

// fileSkeleton is a spec file with an empty list of faults. Its directive does
// not begin a line here, or it would be one of this file.
var fileSkeleton = template.Must(template.New("").Parse(`package {{.Package}}

import (
	"` + corePath + `"
	"` + specPath + `"
)
{{if .Directive}}
{{"//go:generate"}} go tool faultgen
{{end}}{{if .Prefix}}
var _ = spec.Catalogue{Prefix: {{printf "%q" .Prefix}}}
{{end}}
var _ = spec.Faults{}
`))

// appendEntry returns source, a file with a literal of spec.Faults, with a
// skeleton entry at the end of the last of them. Everything else stays as it
// is, as gofmt writes it.
func appendEntry(source []byte, name string) ([]byte, error) {
	source, err := importCore(source)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	lit := lastLiteral(file, "Faults")
	if lit == nil {
		return nil, errors.New("no literal of spec.Faults")
	}
	spec, _ := qualifier(file, specPath)
	core, _ := qualifier(file, corePath)
	var entry bytes.Buffer
	if err := entrySkeleton.Execute(&entry, struct{ Name, Spec, Core string }{name, spec, core}); err != nil {
		return nil, err
	}
	offset := func(pos token.Pos) int { return files.Position(pos).Offset }
	last := offset(lit.Lbrace) + 1 // where the entries that are there end
	if n := len(lit.Elts); n > 0 {
		last = offset(lit.Elts[n-1].End())
	}
	between := source[last:offset(lit.Rbrace)]
	var b bytes.Buffer
	b.Write(source[:last])
	if len(lit.Elts) > 0 && !holdsComma(between) {
		b.WriteByte(',')
	}
	b.Write(between)
	if len(lit.Elts) == 0 || bytes.ContainsRune(between, '\n') {
		if !bytes.HasSuffix(bytes.TrimRight(between, " \t"), []byte("\n")) {
			b.WriteByte('\n')
		}
		b.Write(entry.Bytes())
		b.WriteString(",\n")
	} else { // {{...}}: the braces stand side by side
		b.Write(entry.Bytes())
	}
	b.Write(source[offset(lit.Rbrace):])
	return format.Source(b.Bytes())
}

// importCore returns source with an import of the core, if it has none.
func importCore(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if _, found := qualifier(file, corePath); found {
		return source, nil
	}
	astutil.AddImport(files, file, corePath)
	var b bytes.Buffer
	err = format.Node(&b, files, file)
	return b.Bytes(), err
}

// qualifier returns what stands before the names of an imported package:
// "spec.", "" for one whose names are imported with a dot.
func qualifier(file *ast.File, importPath string) (prefix string, found bool) {
	for _, imp := range file.Imports {
		switch {
		case imp.Path.Value != `"`+importPath+`"`:
		case imp.Name == nil:
			return path.Base(importPath) + ".", true
		case imp.Name.Name == ".":
			return "", true
		case imp.Name.Name != "_":
			return imp.Name.Name + ".", true
		}
	}
	return "", false
}

// lastLiteral returns the last package-level literal of a type of package spec,
// nil when there is none. It goes by syntax, so that the file need not compile.
func lastLiteral(file *ast.File, name string) (last *ast.CompositeLit) {
	spec, found := qualifier(file, specPath)
	if !found {
		return nil
	}
	for _, decl := range file.Decls {
		gd, ok := decl.(*ast.GenDecl)
		if !ok || gd.Tok != token.VAR {
			continue
		}
		for _, s := range gd.Specs {
			for _, v := range s.(*ast.ValueSpec).Values {
				if lit, ok := ast.Unparen(v).(*ast.CompositeLit); ok && typeName(lit.Type) == spec+name {
					last = lit
				}
			}
		}
	}
	return last
}

// typeName returns a plain or qualified name as it is written.
func typeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// holdsComma reports whether source has a comma outside of comments.
func holdsComma(source []byte) bool {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", files.Base(), len(source)), source, nil, 0)
	for {
		switch _, tok, _ := s.Scan(); tok {
		case token.COMMA:
			return true
		case token.EOF:
			return false
		}
	}
}
