package check

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// How long Record waits for a client.
const (
	recordTime  = 10 * time.Second       // for its first byte
	recordQuiet = 300 * time.Millisecond // for more
	recordBytes = 64 << 10               // of its first connection, at most
)

// Record runs a client against a daemon that says nothing, on a Unix socket, and
// returns what the client sends first: until it is silent, or ends. A client that
// sends nothing is a *[HealthyError] with what it printed.
func Record(ctx context.Context, client []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	at := address{socket: filepath.Join(dir, "s")}
	l, err := net.Listen("unix", at.socket)
	if err != nil {
		return nil, err
	}
	defer l.Close()

	ctx, stop := context.WithTimeout(ctx, recordTime)
	defer stop()
	r := newRunner(Options{Client: client}, dir)
	p, err := r.start(ctx, at)
	if err != nil {
		return nil, err
	}
	var sent []byte
	var recording sync.WaitGroup
	recording.Go(func() {
		defer stop() // the client has said what it has to say
		sent = listenTo(l)
	})
	p.wait()
	_ = l.Close()
	recording.Wait()
	if len(sent) == 0 {
		return nil, silent(p)
	}
	return sent, nil
}

// listenTo returns what comes over the first connection over which something
// comes.
func listenTo(l net.Listener) []byte {
	for {
		conn, err := l.Accept()
		if err != nil {
			return nil
		}
		if sent := readFrom(conn); len(sent) > 0 {
			return sent
		}
	}
}

// readFrom reads until the client is silent, or the connection ends.
func readFrom(conn net.Conn) []byte {
	defer conn.Close()
	buf := make([]byte, recordBytes)
	n := 0
	wait := recordTime
	for n < len(buf) {
		if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return buf[:n]
		}
		more, err := conn.Read(buf[n:])
		n += more
		if err != nil {
			return buf[:n]
		}
		wait = recordQuiet
	}
	return buf[:n]
}

// silent is the error for a client that sent nothing.
func silent(p *process) error {
	how := fmt.Sprintf("exited with status %d", p.exit)
	if p.killed {
		how = "was still running"
	}
	text := fmt.Sprintf("the client sent nothing to the socket and %s after %s: {socket} in its arguments and FAULTDAEMON_SOCKET in its environment are the path", how, verdict.Brief(p.ended.Sub(p.started)))
	if lines := p.stderr.lines(); len(lines) > 0 {
		text += "\n    " + strings.Join(lines[:min(len(lines), 5)], "\n    ")
	}
	return &HealthyError{NeverConnected: true, text: text}
}
