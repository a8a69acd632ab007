package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// switchText is a file that the package is compiled with: the functions that the
// changed operators call.
//
//go:embed switch.go.txt
var switchText string

// build compiles the tests of a package, as dir sees it, with its mutants in it.
// What it makes is in scratch; the package's own files stay as they are.
func build(dir, path, scratch string) (*suite, []mutant, error) {
	p, err := load(dir, path)
	if err != nil {
		return nil, nil, err
	}
	r := &rewriter{fset: p.Fset, info: p.TypesInfo}
	o := overlay{scratch: scratch, Replace: map[string]string{}}
	for _, file := range p.Syntax {
		if ast.IsGenerated(file) {
			continue
		}
		name := p.Fset.Position(file.Package).Filename
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		if err := o.put(name, r.rewrite(file, text)); err != nil {
			return nil, nil, err
		}
	}
	s := &suite{binary: filepath.Join(scratch, "tests"), dir: filepath.Dir(p.GoFiles[0]), scratch: scratch}
	switches := strings.NewReplacer("PACKAGE", p.Name, "COUNT", strconv.Itoa(len(r.mutants))).Replace(switchText)
	if err := o.put(filepath.Join(s.dir, "mutants_of_this_run.go"), []byte(switches)); err != nil {
		return nil, nil, err
	}
	list, err := o.write()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", list, "-o", s.binary, p.PkgPath)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("compiling the tests of %s: %w\n%s", path, err, out)
	}
	return s, r.mutants, nil
}

// load returns the syntax and the types of a package without its tests.
func load(dir, path string) (*packages.Package, error) {
	loaded, err := packages.Load(&packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax |
			packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, path)
	if err != nil {
		return nil, err
	}
	if len(loaded) != 1 || len(loaded[0].Errors) > 0 || len(loaded[0].GoFiles) == 0 {
		return nil, fmt.Errorf("%s is not one package that compiles: name one, such as ./faultdaemon", path)
	}
	return loaded[0], nil
}

// An overlay is what go test -overlay reads: which file is read in whose place.
type overlay struct {
	scratch string
	Replace map[string]string
}

func (o *overlay) put(name string, text []byte) error {
	with := filepath.Join(o.scratch, strconv.Itoa(len(o.Replace))+".go")
	o.Replace[name] = with
	return os.WriteFile(with, text, 0o600)
}

// write writes the list of the files, and returns its path.
func (o *overlay) write() (string, error) {
	list, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	path := filepath.Join(o.scratch, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}
