package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// The clients of the scripts. Each sends "ping" and expects "pong"; each but
// the polite one is wrong in a way of its own.

// patience is how long a client with a timeout waits. A fifth of it is how
// late, on a busy machine, an error may come and still count as at once.
const patience = 4 * time.Second

// polite does everything right. With -n 2 it sends two requests at once, with
// -wait it is less patient.
func polite() {
	n := flag.Int("n", 1, "how many requests to send at once")
	wait := flag.Duration("wait", patience, "how long to wait for all the answers")
	flag.Parse()
	conn := dial(flag.Arg(0))
	must(conn.SetDeadline(time.Now().Add(*wait)))
	_, err := io.WriteString(conn, strings.Repeat("ping\n", *n))
	must(err)
	r := bufio.NewReaderSize(conn, 4<<10)
	for range *n {
		answer, err := pong(r)
		must(err)
		fmt.Println(answer)
	}
}

// deaf does not hear that the connection has ended: it waits for its timeout.
func deaf() {
	timeout := time.After(patience)
	answer, err := ask(dial(os.Args[1]), patience)
	if err != nil {
		<-timeout
		must(errors.New("timeout"))
	}
	fmt.Println(answer)
}

// tardy is right, but with its first error that is none of its own timer, which it marks
// with a file, it is late by three tenths of its patience: more than the fifth that is in
// time, and less than the two fifths from which on no machine is to blame.
func tardy() {
	began := time.Now()
	answer, err := ask(dial(os.Args[1]), patience)
	if err != nil {
		if time.Since(began) >= patience {
			must(err)
		}
		if _, first := os.OpenFile(os.Args[2], os.O_CREATE|os.O_EXCL, 0o600); first == nil {
			<-time.After(patience * 3 / 10)
		}
		must(err)
	}
	fmt.Println(answer)
}

// slow takes three quarters of its patience to start.
func slow() {
	<-time.After(patience * 3 / 4)
	answer, err := ask(dial(os.Args[1]), patience)
	must(err)
	fmt.Println(answer)
}

// bulky sends a request that is more than a connection's buffers hold, and
// waits much less for its sending than for its answer.
func bulky() {
	conn := dial(os.Args[1])
	must(conn.SetWriteDeadline(time.Now().Add(patience / 4)))
	_, err := io.WriteString(conn, strings.Repeat("ping", 128<<10)+"\n")
	must(err)
	must(conn.SetReadDeadline(time.Now().Add(patience)))
	answer, err := pong(bufio.NewReaderSize(conn, 4<<10))
	must(err)
	fmt.Println(answer)
}

// trusting has no timeout.
func trusting() {
	answer, err := ask(dial(os.Args[1]), 0)
	must(err)
	fmt.Println(answer)
}

// careless takes an error for an empty answer.
func careless() {
	answer, err := ask(dial(os.Args[1]), patience)
	if err != nil {
		answer = "nothing"
	}
	fmt.Println(answer)
}

// panicky does not expect errors.
func panicky() {
	answer, err := ask(dial(os.Args[1]), patience)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer)
}

// suicidal is killed by a signal where others have an error.
func suicidal() {
	answer, err := ask(dial(os.Args[1]), patience)
	if err != nil {
		self, err := os.FindProcess(os.Getpid())
		must(err)
		must(self.Kill())
		select {}
	}
	fmt.Println(answer)
}

// fickle prints something else on every run.
func fickle() {
	answer, err := ask(dial(os.Args[1]), patience)
	must(err)
	fmt.Println(answer)
	fmt.Println("it is now", time.Now().UnixNano())
}

// strict finds its socket in the environment, and accepts no reply.
func strict() {
	_, err := ask(dial(os.Getenv("FAULTDAEMON_SOCKET")), patience)
	must(err)
	fmt.Fprintln(os.Stderr, "pong is not what I want")
	os.Exit(3)
}

// mute connects and says nothing.
func mute() {
	_, err := io.Copy(io.Discard, dial(os.Args[1]))
	must(err)
}

// interrupter interrupts the check that it is in, and hangs.
func interrupter() {
	conn := dial(os.Args[1])
	parent, err := os.FindProcess(os.Getppid())
	must(err)
	must(parent.Signal(os.Interrupt))
	_, err = io.Copy(io.Discard, conn)
	must(err)
}

// quitter interrupts the check that it is in with its first error, and hangs.
func quitter() {
	answer, err := ask(dial(os.Args[1]), patience)
	if err == nil {
		fmt.Println(answer)
		return
	}
	parent, err := os.FindProcess(os.Getppid())
	must(err)
	must(parent.Signal(os.Interrupt))
	select {}
}

// ask sends a request and returns the answer; 0 waits for ever.
func ask(conn net.Conn, timeout time.Duration) (string, error) {
	if timeout > 0 {
		must(conn.SetDeadline(time.Now().Add(timeout)))
	}
	if _, err := io.WriteString(conn, "ping\n"); err != nil {
		return "", err
	}
	return pong(bufio.NewReaderSize(conn, 4<<10))
}

// pong reads a reply of no more than the reader's buffer.
func pong(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	if string(line) != "pong\n" {
		return "", fmt.Errorf("not the answer: %q", line)
	}
	return "pong", nil
}

func dial(socket string) net.Conn {
	conn, err := net.Dial("unix", socket)
	must(err)
	return conn
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
