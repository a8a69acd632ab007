package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/internal/wholefile"
)

// outputFlags say in which formats a document is written, and where to.
type outputFlags struct {
	targets  targets
	table    format.TableOptions
	color    string
	exitZero bool
}

// A target is a format and the file that it is written to; "" is stdout.
type target struct {
	format format.Format
	file   string
}

// targets are in the order of their flags.
type targets []target

// formatValue and outValue are the two flags that make targets, an --out that of
// the --format before it.
type (
	formatValue struct{ *targets }
	outValue    struct{ *targets }
)

func (v formatValue) Set(name string) error {
	f, err := format.Named(name)
	*v.targets = append(*v.targets, target{format: f})
	return err
}

func (v outValue) Set(file string) error {
	if len(*v.targets) == 0 || (*v.targets)[len(*v.targets)-1].file != "" {
		return errors.New("it belongs to the --format before it, of which there is none: --format html --out report.html")
	}
	if file == "" {
		return errors.New("want a file")
	}
	(*v.targets)[len(*v.targets)-1].file = file
	return nil
}

func (formatValue) String() string { return "" }
func (outValue) String() string    { return "" }
func (formatValue) Type() string   { return "format" }
func (outValue) Type() string      { return "file" }

// register adds the flags to a command's.
func (f *outputFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(formatValue{&f.targets}, "format", "`FORMAT` of the report: "+strings.Join(format.Names(), ", ")+" (default table); may be repeated, each with an --out behind it")
	flags.Var(outValue{&f.targets}, "out", "`FILE` for the --format before it (default: stdout)")
	flags.StringVar(&f.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	flags.BoolVar(&f.exitZero, "exit-zero", false, "exit with status 0 although results fail")
	flags.BoolVar(&f.table.All, "all", false, "show a row for every fault, also for those that are ok or untested")
	flags.BoolVar(&f.table.Verbose, "verbose", false, "show each run's events and the client's output")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(format.Names(), cobra.ShellCompDirectiveNoFileComp))
}

// outputFlag reports whether a flag says what becomes of the report, and nothing
// about the runs themselves.
func outputFlag(name string) bool {
	var own cobra.Command
	new(outputFlags).register(&own)
	return own.Flags().Lookup(name) != nil
}

// check returns an error where the flags contradict each other, and switches
// colours on or off.
func (f *outputFlags) check() error {
	if len(f.targets) == 0 {
		table, err := format.Named("table")
		if err != nil {
			return err
		}
		f.targets = targets{{format: table}}
	}
	seen := make(map[string]string)
	for _, t := range f.targets {
		first, twice := seen[t.file]
		switch {
		case twice && t.file == "":
			return fmt.Errorf("--format %s and --format %s both go to stdout: put --out FILE behind one of them", first, t.format.Name)
		case twice:
			return fmt.Errorf("--format %s and --format %s both go to %s", first, t.format.Name, t.file)
		}
		seen[t.file] = t.format.Name
	}
	return setColor(f.color)
}

// write writes the document in all formats. Where something in it fails it
// returns errFails.
func (f *outputFlags) write(doc format.Document) error {
	for _, t := range f.targets {
		if err := f.writeTo(t, doc); err != nil {
			return fmt.Errorf("--format %s: %w", t.format.Name, err)
		}
	}
	if !doc.OK() && !f.exitZero {
		return errFails
	}
	return nil
}

// conclude writes the document and returns what the command ends with: err, where
// something else went wrong, that no fault acted on a client, or errFails.
func (f *outputFlags) conclude(doc format.Document, err error) error {
	written := f.write(doc)
	if written != nil && !errors.Is(written, errFails) {
		return written
	}
	if err != nil {
		return err
	}
	for _, c := range doc.Clients {
		if idle := check.Idle(c.Report); idle != nil {
			return unhealthyError{idle}
		}
	}
	return written
}

func (f *outputFlags) writeTo(t target, doc format.Document) error {
	if t.format.Name == "github" {
		if err := appendSummary(doc); err != nil {
			return err
		}
	}
	if t.file == "" {
		return t.format.Write(doc, os.Stdout, f.table)
	}
	opts := f.table
	opts.Plain = f.color != "always"
	var content bytes.Buffer
	if err := t.format.Write(doc, &content, opts); err != nil {
		return err
	}
	return wholefile.Write(t.file, content.Bytes())
}

// appendSummary adds the document to the summary of a step of GitHub Actions,
// where it runs in one.
func appendSummary(doc format.Document) (err error) {
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return doc.Markdown(file)
}

// setColor switches colours on or off. By default the library has looked at
// NO_COLOR and TERM; it does not look at where the output goes.
func setColor(when string) error {
	switch when {
	case "always":
		text.EnableColors()
	case "never":
		text.DisableColors()
	case "auto":
		if !isTerminal(os.Stdout) {
			text.DisableColors()
		}
	default:
		return fmt.Errorf("--color is %q: want auto, always or never", when)
	}
	return nil
}
