// Command client makes two calls on one connection to the daemon at a Unix socket. It has
// a mistake: when the connection ends instead of the second reply, it waits for that until
// its timeout.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

const timeout = 500 * time.Millisecond

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(socket string) error {
	conn, err := net.DialTimeout("unix", socket, timeout)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline := time.Now().Add(timeout)
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	replies := bufio.NewReader(conn)
	for _, request := range []string{"open\n", "read\n"} {
		if _, err := io.WriteString(conn, request); err != nil {
			return err
		}
		reply, err := replies.ReadString('\n')
		if request == "read\n" && errors.Is(err, io.EOF) {
			time.Sleep(time.Until(deadline)) // the mistake: nothing more can come
		}
		if err != nil {
			return err
		}
		fmt.Print(reply)
	}
	return nil
}
