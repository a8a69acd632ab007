package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Clients of any protocol: their arguments are an address, and then what to
// send and what to expect, again and again, each as in a Go string.

// caller makes its calls on one connection and prints the answers. With -env
// the address is in that variable. With -stamp it prints the time, too.
func caller() {
	network := flag.String("net", "unix", "what to dial")
	variable := flag.String("env", "", "where the address is")
	wait := flag.Duration("wait", patience, "how long to wait for all the answers")
	stamp := flag.Bool("stamp", false, "print the time")
	flag.Parse()
	calls := flag.Args()
	address := os.Getenv(*variable)
	if *variable == "" {
		address, calls = calls[0], calls[1:]
	}
	conn, err := net.Dial(*network, address)
	must(err)
	must(conn.SetDeadline(time.Now().Add(*wait)))
	for i := 0; i < len(calls); i += 2 {
		must(exchange(conn, calls[i], calls[i+1]))
		fmt.Printf("answer %d\n", i/2+1)
	}
	if *stamp {
		fmt.Println("at", time.Now().UnixNano())
	}
}

// stubborn makes its calls again on a new connection after an error, once.
func stubborn() {
	if err := all(os.Args[1], os.Args[2:]); err != nil {
		must(all(os.Args[1], os.Args[2:]))
	}
	fmt.Println("done")
}

// all makes calls on a connection of their own.
func all(socket string, calls []string) error {
	conn := dial(socket)
	defer func() { _ = conn.Close() }()
	must(conn.SetDeadline(time.Now().Add(300 * time.Millisecond)))
	for i := 0; i < len(calls); i += 2 {
		if err := exchange(conn, calls[i], calls[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// exchange sends something and reads as much as is wanted.
func exchange(conn net.Conn, send, want string) error {
	send, want = unquote(send), unquote(want)
	if _, err := io.WriteString(conn, send); err != nil {
		return err
	}
	got := make([]byte, len(want))
	if n, err := io.ReadFull(conn, got); err != nil {
		return fmt.Errorf("after %q: %w", got[:n], err)
	}
	if string(got) != want {
		return fmt.Errorf("not the answer: %q", got)
	}
	return nil
}

// unquote returns what a text stands for between the quotes of a Go string.
func unquote(text string) string {
	s, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		must(fmt.Errorf("%s: %w", text, err))
	}
	return s
}

// pongd starts a daemon in the script's directory that answers pong: pongd NAME.
func pongd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pongd NAME")
	}
	d := faultdaemon.New(filepath.Join(ts.Getenv("WORK"), args[0]), faultdaemon.Config{
		ResponseHandler: func([]byte) []byte { return []byte("pong\n") },
	})
	ts.Check(d.Start())
	ts.Defer(d.Stop)
}
