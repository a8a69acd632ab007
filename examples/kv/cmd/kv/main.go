// Command kv reads and writes the values of a kvd.
//
//	kv -socket PATH [-timeout 1s] get KEY...
//	kv -socket PATH [-timeout 1s] put KEY VALUE
//	kv -socket PATH [-timeout 1s] delete KEY
//
// It asks for several keys at once, and prints one value a line, in the order
// of the keys. Without the daemon's answer it says why on standard error and
// exits with status 1; it never takes longer than the timeout.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/faultdaemon/toolkit/examples/kv"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kv:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("kv", flag.ExitOnError)
	socket := flags.String("socket", "", "the daemon's Unix socket `path`")
	timeout := flags.Duration("timeout", kv.DefaultTimeout, "how long to wait for the daemon's answer")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: kv -socket PATH [-timeout 1s] get KEY... | put KEY VALUE | delete KEY")
		flags.PrintDefaults()
	}
	_ = flags.Parse(args) // exits itself
	if *socket == "" {
		return errors.New("which daemon? name its socket with -socket PATH")
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	client, err := kv.Dial(ctx, *socket)
	if err != nil {
		return err
	}
	client.Timeout = *timeout
	return errors.Join(do(ctx, client, flags.Args(), stdout), client.Close())
}

func do(ctx context.Context, client *kv.Client, args []string, stdout io.Writer) error {
	switch {
	case len(args) > 1 && args[0] == "get":
		values, err := client.GetAll(ctx, args[1:]...)
		for _, value := range values {
			if _, err := fmt.Fprintf(stdout, "%s\n", value); err != nil {
				return err
			}
		}
		return err
	case len(args) == 3 && args[0] == "put":
		return client.Put(ctx, args[1], []byte(args[2]))
	case len(args) == 2 && args[0] == "delete":
		return client.Delete(ctx, args[1])
	}
	return fmt.Errorf("there is no command %q: there are get KEY..., put KEY VALUE and delete KEY", args)
}
