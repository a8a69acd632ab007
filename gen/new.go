package gen

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// New appends an entry with this name to the package in o.Spec and returns
// where it begins; of o it reads Dir and Spec. What needs thought in the entry
// says TODO, and [Run] fails until none is left.
//
// The entry goes to the end of the last literal of spec.Faults, in the order
// of file names, or into a new file faults.go where the package has none. The
// file comes out as gofmt writes it. A name that cannot be used, because it is
// malformed or taken, is an error, and nothing is written.
func New(o Options, name string) (token.Position, error) {
	o.Out = ""
	o, err := o.resolved()
	if err != nil {
		return token.Position{}, err
	}
	path, source, err := specFile(o)
	if err != nil {
		return token.Position{}, err
	}
	data, err := appendEntry(source, name)
	if err != nil {
		return token.Position{}, fmt.Errorf("%s: %w", relative(o.Dir, path), err)
	}
	at, nameAt := lastEntry(path, data)
	if err := checkName(o, path, data, nameAt); err != nil {
		return token.Position{}, fmt.Errorf("new fault %q: %w", name, err)
	}
	f := &files{dir: o.Dir}
	if err := f.make(path, func([]byte) ([]byte, error) { return data, nil }); err != nil {
		return token.Position{}, err
	}
	at.Filename = relative(o.Dir, at.Filename)
	return at, f.write()
}

// specFile returns the file that a new entry goes into, and what it holds: the
// one with the last literal of spec.Faults, or one that is yet to be written.
func specFile(o Options) (path string, source []byte, err error) {
	entries, err := os.ReadDir(o.Spec)
	if err != nil {
		return "", nil, fmt.Errorf("spec package: %w", err)
	}
	target, err := findTarget(o.Spec)
	if err != nil {
		return "", nil, err
	}
	hasShared, hasDirective := false, false
	for _, e := range entries {
		name := filepath.Join(o.Spec, e.Name())
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || strings.HasSuffix(e.Name(), "_gen.go") {
			continue
		}
		if ours, err := build.Default.MatchFile(o.Spec, e.Name()); err != nil || !ours {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), relative(o.Dir, name), text, 0)
		if file == nil || err != nil && bytes.Contains(text, []byte(specPath)) {
			return "", nil, err
		}
		if lastLiteral(file, "Faults") != nil {
			path, source = name, text
		}
		hasShared = hasShared || lastLiteral(file, "Catalogue") != nil
		hasDirective = hasDirective || bytes.Contains(text, []byte("\n//go:generate ")) && bytes.Contains(text, []byte("faultgen"))
	}
	if path != "" {
		return path, source, nil
	}
	path = filepath.Join(o.Spec, "faults.go")
	if _, err := os.Stat(path); err == nil {
		return "", nil, fmt.Errorf("%s holds no literal of spec.Faults: write var _ = spec.Faults{} into it, or into another file, and import %s",
			relative(o.Dir, path), specPath)
	}
	prefix := target.name
	if hasShared {
		prefix = ""
	}
	var b bytes.Buffer
	err = fileSkeleton.Execute(&b, struct {
		Package, Prefix string
		Directive       bool
	}{target.name, prefix, !hasDirective})
	return path, b.Bytes(), err
}

// lastEntry returns where the last entry of a file begins, and its name.
func lastEntry(path string, data []byte) (entry, name token.Position) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, data, 0)
	if err != nil {
		return entry, name
	}
	elts := lastLiteral(file, "Faults").Elts
	lit := elts[len(elts)-1].(*ast.CompositeLit)
	return files.Position(lit.Pos()), files.Position(lit.Elts[0].(*ast.KeyValueExpr).Value.Pos())
}

// checkName reads the package as it will be, with data in the file at path,
// and returns what is wrong at the position of the new name.
func checkName(o Options, path string, data []byte, name token.Position) error {
	o.overlay = map[string][]byte{path: data}
	src, err := load(o)
	if err != nil {
		return err
	}
	_, err = read(src)
	var all Problems
	if !errors.As(err, &all) {
		return err
	}
	for _, p := range all {
		if filepath.Base(p.Pos.Filename) == filepath.Base(path) && p.Pos.Line == name.Line && p.Pos.Column == name.Column {
			return errors.New(p.Msg)
		}
	}
	return nil
}
