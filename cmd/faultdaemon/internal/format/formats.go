package format

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Format is a form in which documents are written.
type Format struct {
	Name  string
	Write func(Document, io.Writer, TableOptions) error // the options are for tables
}

// Formats are all of them.
func Formats() []Format {
	plain := func(write func(Document, io.Writer) error) func(Document, io.Writer, TableOptions) error {
		return func(d Document, w io.Writer, _ TableOptions) error { return write(d, w) }
	}
	return []Format{
		{"table", Document.Table},
		{"json", plain(Document.JSON)},
		{"junit", plain(Document.JUnit)},
		{"html", plain(Document.HTML)},
		{"github", plain(Document.GitHub)},
		{"sarif", plain(Document.SARIF)},
	}
}

// Names are the names of the formats.
func Names() (list []string) {
	for _, f := range Formats() {
		list = append(list, f.Name)
	}
	return list
}

// Named returns the format with a name.
func Named(name string) (Format, error) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, fmt.Errorf("%q is no format: want one of %s", name, strings.Join(Names(), ", "))
	}
	return all[i], nil
}
