package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
)

const reportHelp = `Report reads reports that check has written with --format json, and writes them
as one, in any format.

Reports of the same client are parts of one run, as check --shard makes them: a
fault that two of them have is an error. Clients with different names (check
--name) come side by side, a column each.

Exit status: 0 when nothing fails, 1 when something does, 4 for a mistake in the
command line or in a file.`

const reportExample = `  faultdaemon report shard-1.json shard-2.json --format junit --out junit.xml
  faultdaemon report before.json after.json --format html --out report.html`

func newReport(tool Tool) *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use:     "report FILE...",
		Short:   "Put reports together, and write them in another format",
		Long:    reportHelp,
		Example: reportExample,
		Args: usage(func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("which reports? %s report FILE..., of %s check --format json --out FILE", tool.Name, tool.Name)
			}
			return nil
		}),
		RunE: func(_ *cobra.Command, files []string) error {
			if err := f.check(); err != nil {
				return usageError{err}
			}
			doc, err := readAll(files)
			if err != nil {
				return usageError{err}
			}
			return f.write(doc)
		},
	}
	f.register(cmd)
	return cmd
}

// readAll reads the documents of several files and merges them.
func readAll(files []string) (format.Document, error) {
	var docs []format.Document
	for _, name := range files {
		doc, err := readDocument(name)
		if err != nil {
			return doc, err
		}
		docs = append(docs, doc)
	}
	return format.Merge(docs...)
}

func readDocument(name string) (doc format.Document, err error) {
	file, err := os.Open(name)
	if err != nil {
		return doc, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if doc, err = format.Read(file); err != nil {
		return doc, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil
}
