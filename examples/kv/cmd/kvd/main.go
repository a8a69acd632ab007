// Command kvd keeps keys and values in memory, for clients such as kv.
//
//	kvd -socket PATH
//
// It says on standard output when it listens, ends with the first SIGINT or
// SIGTERM, and removes its socket.
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

	"github.com/faultdaemon/toolkit/examples/kv/kvd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kvd:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("kvd", flag.ExitOnError)
	socket := flags.String("socket", "", "the Unix socket `path` to listen on")
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("where to listen? name a socket with -socket PATH")
	}
	l, err := net.Listen("unix", *socket)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, "listening on", *socket); err != nil {
		return errors.Join(err, l.Close())
	}
	var server kvd.Server
	defer server.Close() // waits for the connections
	stop := context.AfterFunc(ctx, server.Close)
	defer stop()
	return server.Serve(l)
}
