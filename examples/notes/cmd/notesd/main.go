// Command notesd is the notes daemon.
//
//	notesd -socket PATH
//
// It says on standard output when it listens, and ends at an interrupt or a
// termination signal, when it has answered the requests that it has read. The
// notes end with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/faultdaemon/toolkit/examples/notes/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notesd:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("notesd", flag.ExitOnError)
	socket := flags.String("socket", "", "the Unix socket `path` to listen on")
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("where to listen? name a socket with -socket PATH")
	}
	l, err := server.Listen(*socket)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, "notesd: listening on", *socket); err != nil {
		return errors.Join(err, l.Close())
	}
	return server.Serve(ctx, l, new(server.Notes))
}
