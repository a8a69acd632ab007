package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// The clients of the scripts about a daemon's life.

// patient tries again, a few times and with growing pauses, where it cannot connect.
func patient() {
	var conn net.Conn
	var err error
	for pause := 50 * time.Millisecond; pause < time.Second; pause *= 2 {
		if conn, err = net.Dial("unix", os.Args[1]); err == nil {
			break
		}
		<-time.After(pause)
	}
	must(err)
	answer, err := ask(conn, patience)
	must(err)
	fmt.Println(answer)
}

// spinner tries again at once, whatever fails.
func spinner() {
	over := time.After(patience)
	for {
		answer, err := tryOnce(os.Args[1])
		if err == nil {
			fmt.Println(answer)
			return
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-over:
			must(err)
		}
	}
}

// hog tries again without any pause where it cannot connect.
func hog() {
	answer, err := tryOnce(os.Args[1])
	for over := time.Now().Add(patience); err != nil && time.Now().Before(over); {
		answer, err = tryOnce(os.Args[1])
	}
	must(err)
	fmt.Println(answer)
}

// remover takes an error of connect(2) for a daemon that has died, and removes the
// socket: of a full daemon, or whatever is there.
func remover() {
	takes := map[string]syscall.Errno{"full": syscall.EAGAIN, "refused": syscall.ECONNREFUSED}[os.Args[1]]
	answer, err := tryOnce(os.Args[2])
	if errors.Is(err, takes) {
		must(os.Remove(os.Args[2]))
	}
	must(err)
	fmt.Println(answer)
}

func tryOnce(path string) (string, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, "ping\n"); err != nil {
		return "", err
	}
	return pong(bufio.NewReaderSize(conn, 4<<10))
}
