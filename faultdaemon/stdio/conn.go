package stdio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// A Conn is a process that a client has spawned. The daemon reads its stdin and
// writes its stdout; what else a process can do, its methods tell it. Each returns
// when the process has done it, and an error where it has ended or ctx has. They
// are for the steps of faults, which have it from Exchange.Conn, one at a time.
type Conn struct {
	*net.UnixConn // stdin and stdout
	orders        *net.UnixConn
	answers       *json.Decoder
	evidence      *evidence // the listener's
	begun         bool
	lastLine      string // on stderr
}

func newConn(orders, bytes *net.UnixConn, ends *evidence) *Conn {
	return &Conn{UnixConn: bytes, orders: orders, answers: json.NewDecoder(orders), evidence: ends}
}

// Unwrap returns what carries the bytes of stdin and stdout.
func (c *Conn) Unwrap() net.Conn { return c.UnixConn }

// Close ends the process: it exits with status 0, or as Exit and Kill have said.
func (c *Conn) Close() error {
	_ = c.UnixConn.Close() // the daemon may have closed it before
	return c.orders.Close()
}

// Begin has the process read its stdin and write its stdout. Once it does, Begin does
// nothing.
func (c *Conn) Begin() error {
	if c.begun {
		return nil
	}
	c.begun = true
	return c.order(context.Background(), order{Do: verbBegin})
}

// WriteStderr has the process write to its stderr. It returns when all is written:
// where the client does not drain a pipe, after 64 KiB (Linux), not before ctx ends.
func (c *Conn) WriteStderr(ctx context.Context, text []byte) error {
	return c.FillStderr(ctx, text, len(text))
}

// FillStderr is WriteStderr for size bytes of a text that is written again and again.
func (c *Conn) FillStderr(ctx context.Context, text []byte, size int) error {
	if line := lastLine(text); line != "" {
		c.lastLine = line
	}
	return c.order(ctx, order{Do: verbWrite, Text: text, Size: size})
}

// CloseStdin has the process close its stdin: the client's next write fails with
// EPIPE.
func (c *Conn) CloseStdin(ctx context.Context) error {
	return c.order(ctx, order{Do: verbClose, Name: "stdin"})
}

// CloseStderr has the process close its stderr.
func (c *Conn) CloseStderr(ctx context.Context) error {
	return c.order(ctx, order{Do: verbClose, Name: "stderr"})
}

// IgnoreEOF has the process live on when its stdin has ended and its client is
// gone, until it is killed or the connection ends.
func (c *Conn) IgnoreEOF(ctx context.Context) error {
	return c.order(ctx, order{Do: verbIgnore, Name: "eof"})
}

// IgnoreSIGTERM has the process live on under SIGTERM.
func (c *Conn) IgnoreSIGTERM(ctx context.Context) error {
	return c.order(ctx, order{Do: verbIgnore, Name: "sigterm"})
}

// Exit has the process exit with this status once the connection has ended and
// all that the daemon has written is on stdout.
func (c *Conn) Exit(ctx context.Context, code int) error {
	c.ends(strconv.Itoa(code))
	return c.order(ctx, order{Do: verbExit, Code: code})
}

// Kill has the process kill itself by a signal, such as "SEGV" or "KILL", once the
// connection has ended and all that the daemon has written is on stdout.
func (c *Conn) Kill(ctx context.Context, signal string) error {
	c.ends(wordsOfSignal(signal)...)
	return c.order(ctx, order{Do: verbKill, Name: signal})
}

// Hold has the process start another that does nothing but hold its stdout and
// stderr open, until nobody reads its stdout any more or the daemon stops.
func (c *Conn) Hold(ctx context.Context) error {
	return c.order(ctx, order{Do: verbHold})
}

// ends takes note of what a client can know of this process's end.
func (c *Conn) ends(words ...string) {
	if c.lastLine != "" {
		words = append(words, c.lastLine)
	}
	c.evidence.add(words...)
}

// order tells the process what to do, and waits until it is done.
func (c *Conn) order(ctx context.Context, o order) error {
	stop := context.AfterFunc(ctx, func() { _ = c.orders.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if _, err := c.orders.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("stdio: tell the process to %s: %w", o.Do, err)
	}
	var a answer
	if err := c.answers.Decode(&a); err != nil {
		return fmt.Errorf("stdio: wait for the process to %s: %w", o.Do, err)
	}
	if a.Error != "" {
		return errors.New("stdio: the process cannot " + string(o.Do) + ": " + a.Error)
	}
	return nil
}
