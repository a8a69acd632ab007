// Command notes lists and adds the notes of a notes daemon.
//
//	notes -socket PATH [-timeout 500ms] list
//	notes -socket PATH [-timeout 500ms] add TEXT
//
// It prints one note a line. Without the daemon's answer it says why on
// standard error and exits with status 1; it never takes longer than the
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

	"github.com/faultdaemon/toolkit/examples/notes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("notes", flag.ExitOnError)
	socket := flags.String("socket", "", "the daemon's Unix socket `path`")
	timeout := flags.Duration("timeout", notes.DefaultTimeout, "how long to wait for the daemon's answer")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: notes -socket PATH [-timeout 500ms] list | add TEXT")
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
	}
	return fmt.Errorf("there is no command %q: it is list or add TEXT", flags.Arg(0))
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
