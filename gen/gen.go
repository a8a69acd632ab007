// Package gen is the fault generator: it reads a catalogue of faults as Go
// syntax and writes its constants, its [faultdaemon.Catalogue] value, its table
// tests and its documentation.
//
// The work has four steps, each in files of its own:
//
//	load      the spec package: syntax and types of its own, of what it imports types
//	read      entries, from literals of constants and a behaviour
//	validate  every fault of every entry, in one run
//	render    Go with jennifer, Markdown by hand; then write, or compare
//
// It knows the packages that it generates for by their paths only and links
// neither: a core that does not compile, because its generated file is missing
// or broken, can always be generated again.
//
// [faultdaemon.Catalogue]: https://pkg.go.dev/github.com/faultdaemon/toolkit/faultdaemon#Catalogue
package gen

import (
	"fmt"
	"path/filepath"
)

// Options says what to read and what to write. Relative paths start at Dir.
type Options struct {
	Dir string // the directory to work in; empty: the process's own

	Spec string // directory of the package that holds the entries; empty: Dir
	Out  string // directory of the package to write to; empty: Spec

	Docs  string // Markdown file with the reference section; empty: none
	Table string // Markdown file with the table of faults; empty: none

	NoTest bool // do not write faults_gen_test.go
	Check  bool // write nothing; a file that would change is a *StaleError

	overlay map[string][]byte // files of the spec package that are not written yet
}

// Run generates everything that o asks for. All files are made in memory
// first: when Run returns an error, none of them has changed, unless the error
// is one of writing itself.
//
// What is wrong with the entries comes back as [Problems], all at once; files
// that are out of date under o.Check as a *[StaleError].
func Run(o Options) error {
	o, err := o.resolved()
	if err != nil {
		return err
	}
	src, err := load(o)
	if err != nil {
		return err
	}
	c, err := read(src)
	if err != nil {
		return err
	}
	files, err := render(c, o)
	if err != nil {
		return err
	}
	if o.Check {
		return files.check()
	}
	return files.write()
}

// render makes every file that o asks for.
func render(c *catalogue, o Options) (*files, error) {
	f := &files{dir: o.Dir}
	for _, step := range []struct {
		path string
		make func(current []byte) ([]byte, error)
	}{
		{o.goFile("faults_gen.go"), c.goFile},
		{o.testFile(), c.testFile},
		{o.Docs, c.docsFile},
		{o.Table, func(current []byte) ([]byte, error) { return c.tableFile(current, o.docsLink()) }},
	} {
		if step.path == "" {
			continue
		}
		if err := f.make(step.path, step.make); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// resolved returns o with absolute paths and no empty directory.
func (o Options) resolved() (Options, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return o, fmt.Errorf("working directory: %w", err)
	}
	o.Dir = dir
	if o.Spec == "" {
		o.Spec = "."
	}
	if o.Out == "" {
		o.Out = o.Spec
	}
	for _, p := range []*string{&o.Spec, &o.Out, &o.Docs, &o.Table} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	return o, nil
}

func (o Options) goFile(name string) string { return filepath.Join(o.Out, name) }

func (o Options) testFile() string {
	if o.NoTest {
		return ""
	}
	return o.goFile("faults_gen_test.go")
}

// docsLink returns what the table's links to the reference begin with:
// "docs/faults.md", nothing when both are one file; nil where there is no
// reference to link to.
func (o Options) docsLink() *string {
	if o.Docs == "" {
		return nil
	}
	rel, err := filepath.Rel(filepath.Dir(o.Table), o.Docs)
	if err != nil {
		return nil
	}
	rel = filepath.ToSlash(rel)
	if o.Docs == o.Table {
		rel = ""
	}
	return &rel
}
