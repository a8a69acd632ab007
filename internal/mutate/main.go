// Command mutate changes the operators of a package one by one, and lists the
// changes that none of the package's own tests notices.
//
//	go run ./internal/mutate [-only pattern] ./faultdaemon
//
// All changes are compiled into one test binary, and the environment says
// which one acts. So a package of hundreds of operators is compiled once, and
// for each change only those tests run that reach it. Generated files and
// constants are left as they are.
package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

//go:embed switch.go.txt
var switchText string

func main() {
	pattern := flag.String("only", "", "try only changes whose file:line:column matches this regular expression")
	flag.Parse()
	only, err := regexp.Compile(*pattern)
	if err == nil && flag.NArg() != 1 {
		err = errors.New("one package is needed, such as ./faultdaemon")
	}
	if err == nil {
		err = mutate(os.Stdout, "", flag.Arg(0), only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// mutate tries the mutants of a package, as dir sees it, at the positions that
// match, and writes those that are not killed, and the counts.
func mutate(w io.Writer, dir, path string, only *regexp.Regexp) error {
	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s, mutants, err := build(dir, path, scratch)
	if err != nil {
		return err
	}
	if err := s.learn(); err != nil {
		return err
	}
	counts := map[string]int{}
	fmt.Fprintf(w, "%d changes, %d tests\n", len(mutants), len(s.tests))
	for i, m := range mutants {
		at := fmt.Sprintf("%s:%d:%d", filepath.Base(m.at.Filename), m.at.Line, m.at.Column)
		if !only.MatchString(at) {
			continue
		}
		result := s.try(i + 1)
		counts[result]++
		if result != "KILLED" {
			fmt.Fprintf(w, "%-11s %s %s\n", result, at, m.what)
		}
	}
	killed := counts["KILLED"] + counts["TIMED OUT"]
	fmt.Fprintf(w, "killed %d (%d of them timed out), lived %d, not covered %d\n",
		killed, counts["TIMED OUT"], counts["LIVED"], counts["NOT COVERED"])
	return nil
}

// build compiles the tests of a package with its mutants in it.
func build(dir, path, scratch string) (*suite, []mutant, error) {
	loaded, err := packages.Load(&packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax |
			packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, path)
	if err != nil {
		return nil, nil, err
	}
	if len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		return nil, nil, fmt.Errorf("%s is not one package that compiles", path)
	}
	p := loaded[0]
	r := &rewriter{fset: p.Fset, info: p.TypesInfo}
	replace := map[string]string{}
	put := func(name string, text []byte) error {
		with := filepath.Join(scratch, strconv.Itoa(len(replace))+".go")
		replace[name] = with
		return os.WriteFile(with, text, 0o600)
	}
	for _, file := range p.Syntax {
		name := p.Fset.Position(file.Package).Filename
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		if ast.IsGenerated(file) {
			continue
		}
		if err := put(name, r.rewrite(file, text)); err != nil {
			return nil, nil, err
		}
	}
	in := filepath.Dir(p.GoFiles[0])
	helpers := strings.NewReplacer("PACKAGE", p.Name, "COUNT", strconv.Itoa(len(r.mutants))).Replace(switchText)
	if err := put(filepath.Join(in, "mutants_of_this_run.go"), []byte(helpers)); err != nil {
		return nil, nil, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(scratch, "overlay.json"), overlay, 0o600); err != nil {
		return nil, nil, err
	}
	s := &suite{binary: filepath.Join(scratch, "tests"), dir: in, scratch: scratch}
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(scratch, "overlay.json"), "-o", s.binary, p.PkgPath)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("compiling the tests of %s: %w\n%s", path, err, out)
	}
	return s, r.mutants, nil
}
