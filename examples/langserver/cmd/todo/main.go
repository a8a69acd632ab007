// Command todo asks a todod what is to be done.
//
//	todo -socket PATH [-timeout 2s] list FILE...
//	todo -socket PATH [-timeout 2s] hover FILE LINE
//
// list prints FILE:LINE: and what is to be done, for all TODOs of all files,
// which are asked for at once; hover says more about one. Without the daemon's
// answer it says why on standard error and exits with status 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"sync"

	"github.com/faultdaemon/toolkit/examples/langserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "todo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("todo", flag.ExitOnError)
	socket := flags.String("socket", "", "the daemon's Unix socket `path`")
	timeout := flags.Duration("timeout", langserver.DefaultTimeout, "how long to wait for each answer of the daemon")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: todo -socket PATH [-timeout 2s] list FILE... | hover FILE LINE")
		flags.PrintDefaults()
	}
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("which daemon? name its socket with -socket PATH")
	}
	client, err := langserver.Dial(ctx, *socket, langserver.Options{Timeout: *timeout})
	if err != nil {
		return err
	}
	defer client.Close()
	switch flags.Arg(0) {
	case "list":
		err = list(ctx, client, flags.Args()[1:], stdout)
	case "hover":
		err = hover(ctx, client, flags.Arg(1), flags.Arg(2), stdout)
	default:
		err = fmt.Errorf("there is no command %q: it is list FILE... or hover FILE LINE", flags.Arg(0))
	}
	if err != nil {
		return err
	}
	return client.Shutdown(ctx)
}

// list asks for the TODOs of all files at once and prints them in order.
func list(ctx context.Context, client *langserver.Client, files []string, stdout io.Writer) error {
	todos := make([][]langserver.Symbol, len(files))
	errs := make([]error, len(files))
	var asking sync.WaitGroup
	for i, file := range files {
		asking.Go(func() {
			if errs[i] = open(ctx, client, file); errs[i] == nil {
				todos[i], errs[i] = client.Symbols(ctx, uri(file))
			}
		})
	}
	asking.Wait()
	for i, file := range files {
		for _, t := range todos[i] {
			if _, err := fmt.Fprintf(stdout, "%s:%d: %s\n", file, t.Line+1, t.Name); err != nil {
				return err
			}
		}
	}
	return errors.Join(errs...)
}

// hover prints what the daemon knows about a line, which counts from 1.
func hover(ctx context.Context, client *langserver.Client, file, line string, stdout io.Writer) error {
	n, err := strconv.Atoi(line)
	if err != nil || n < 1 {
		return fmt.Errorf("hover: %q is no line: they count from 1", line)
	}
	if err := open(ctx, client, file); err != nil {
		return err
	}
	text, err := client.Hover(ctx, uri(file), n-1)
	if err != nil {
		return err
	}
	if text == "" {
		text = "there is nothing to do"
	}
	_, err = fmt.Fprintln(stdout, text)
	return err
}

func open(ctx context.Context, client *langserver.Client, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return client.Open(ctx, uri(file), string(text))
}
