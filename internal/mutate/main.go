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
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

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
	if err := os.Chmod(scratch, 0o755); err != nil { // tests may run something as another user there
		return err
	}
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
