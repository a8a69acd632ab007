package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// launcher launches its daemon with a command after one of two kinds of errors, and
// tries again.
func launcher() {
	answer, err := tryOnce(os.Args[3])
	isAbsent := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
	if isAbsent || os.Args[1] == "any" && err != nil {
		cmd := exec.Command("sh", "-c", os.Args[2])
		cmd.Stderr = os.Stderr
		must(cmd.Run())
		answer, err = tryOnce(os.Args[3])
	}
	must(err)
	fmt.Println(answer)
}

// keeper makes a call for each line that it reads, over one connection, which it opens
// again after an error; or it does one thing wrong.
func keeper() {
	wrong, path := os.Args[1], os.Args[2]
	k := &kept{path: path, wrong: wrong}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer, err := k.call("key " + lines.Text())
		switch {
		case err == nil:
			fmt.Println("ok", answer)
		case wrong == "panics":
			panic(err)
		case wrong == "exits":
			os.Exit(1)
		default:
			fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " "))
		}
	}
	if wrong == "stays" && k.failed {
		<-time.After(time.Hour)
	}
}

// keeperPatience is how long a keeper waits for a reply.
const keeperPatience = time.Second

// A kept is a client that keeps its connection.
type kept struct {
	path, wrong string
	conn        net.Conn
	replies     *bufio.Reader
	failed      bool
}

func (k *kept) call(request string) (string, error) {
	if k.conn == nil {
		conn, err := net.Dial("unix", k.path)
		if err != nil {
			return "", err
		}
		k.conn, k.replies = conn, bufio.NewReader(conn)
	}
	answer, err := k.ask(request)
	if err != nil {
		k.failed = true
		if k.wrong != "never" && k.wrong != "late" {
			_ = k.conn.Close()
			k.conn = nil
		}
	}
	return answer, err
}

func (k *kept) ask(request string) (string, error) {
	if k.wrong != "waits" {
		if err := k.conn.SetDeadline(time.Now().Add(keeperPatience)); err != nil {
			return "", err
		}
	}
	if _, err := io.WriteString(k.conn, request+"\n"); err != nil {
		return "", err
	}
	line, err := k.replies.ReadString('\n')
	if err != nil {
		return "", err
	}
	answer := strings.TrimSuffix(line, "\n")
	if k.wrong != "late" && answer != request {
		return "", fmt.Errorf("%q is no reply to %q", answer, request)
	}
	return answer, nil
}
