// Command todod finds the TODOs of texts, for clients that speak the Language
// Server Protocol over a Unix socket.
//
//	todod -socket PATH
//
// It says so when it listens, serves until it is interrupted, and removes the
// socket then.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/faultdaemon/toolkit/examples/langserver/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "todod:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("todod", flag.ExitOnError)
	socket := flags.String("socket", "", "the Unix socket's `path`, which must not be there yet")
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("where? name a socket with -socket PATH")
	}
	l, err := net.Listen("unix", *socket)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, "listening on", *socket); err != nil {
		_ = l.Close() // the error that counts is the first
		return err
	}
	return server.Serve(ctx, l)
}
