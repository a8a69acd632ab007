// Command notes lists and adds the notes of a notes daemon.
//
//	notes -socket PATH [-timeout 500ms] list
//	notes -socket PATH [-timeout 500ms] add TEXT
//	notes -socket PATH [-timeout 500ms] import <FILE
//
// list prints one note a line, and import reads one a line; on standard error
// it says how far it is. Without the daemon's answer the command says why on
// standard error and exits with status 1; it never waits for it longer than the
// timeout.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/faultdaemon/toolkit/examples/notes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "notes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("notes", flag.ExitOnError)
	socket := flags.String("socket", "", "the daemon's Unix socket `path`")
	timeout := flags.Duration("timeout", notes.DefaultTimeout, "how long to wait for the daemon's answer")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: notes -socket PATH [-timeout 500ms] list | add TEXT | import <FILE")
		flags.PrintDefaults()
	}
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("which daemon? name its socket with -socket PATH")
	}
	client := notes.NewClient(*socket)
	client.Timeout = *timeout
	switch flags.Arg(0) {
	case "list":
		return list(ctx, client, stdout)
	case "add":
		return client.Add(ctx, flags.Arg(1))
	case "import":
		return importLines(ctx, client, stdin, stderr)
	}
	return fmt.Errorf("there is no command %q: it is list, add TEXT or import", flags.Arg(0))
}

func list(ctx context.Context, client *notes.Client, stdout io.Writer) error {
	all, err := client.List(ctx)
	if err != nil {
		return err
	}
	for _, note := range all {
		if _, err := fmt.Fprintln(stdout, note); err != nil {
			return err
		}
	}
	return nil
}

func importLines(ctx context.Context, client *notes.Client, stdin io.Reader, stderr io.Writer) error {
	text, err := io.ReadAll(stdin)
	if err != nil {
		return fmt.Errorf("import: standard input: %w", err)
	}
	var texts []string
	for line := range strings.Lines(string(text)) {
		texts = append(texts, strings.TrimSuffix(line, "\n"))
	}
	return client.Import(ctx, texts, func(percent int) {
		fmt.Fprintf(stderr, "notes: import: %d%%\n", percent)
	})
}
