package exampletest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A conversation is the exchanges of one example with one process.
type conversation struct {
	daemon     *faultdaemon.FaultDaemon
	process    *process
	connection int64
	wait       patience

	sent      time.Time // when the last exchange has begun
	exchanges int
	calls     int    // of all exchanges so far
	stderr    []byte // of all exchanges so far
}

// exchange makes one exchange, and compares what the client sees and what the
// daemon counts with the example.
func (c *conversation) exchange(x exchange) error {
	c.sent = time.Now()
	c.exchanges++
	c.calls += x.calls
	c.stderr = append(c.stderr, x.stderr...)
	if err := c.write(x); err != nil {
		return err
	}
	end, err := c.read(x)
	if err != nil {
		return err
	}
	if err := c.compareProcess(x, end); err != nil {
		return err
	}
	return compareCalls(c.daemon, c.calls)
}

// write sends the request, which fails as the example says.
func (c *conversation) write(x exchange) error {
	wait := c.wait.most
	if x.fails == "write: blocks" {
		wait = c.wait.stays
	}
	if err := c.process.stdin.SetWriteDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	_, err := c.process.stdin.Write(x.send)
	switch {
	case x.fails == "":
		return nil // a process that has ended reads nothing; what counts is what comes
	case err == nil:
		return fmt.Errorf("the client's write succeeds, want %s", x.fails)
	}
	if got := "write: " + errno(err); got != x.fails {
		return fmt.Errorf("the client's write fails: %w; want %s", err, orNothing(x.fails))
	}
	return nil
}

// read reads stdout up to what the example says and a little longer, and returns
// what has ended it.
func (c *conversation) read(x exchange) (error, error) {
	stdout := c.process.stdout
	var saw observation
	last := c.sent
	buffer := make([]byte, len(x.got)+64)
	for saw.end == nil && bytes.HasPrefix(x.got, saw.got) {
		if err := stdout.SetReadDeadline(time.Now().Add(c.untilNext(x, len(saw.got)))); err != nil {
			return nil, err
		}
		var n int
		n, saw.end = stdout.Read(buffer)
		saw.got = append(saw.got, buffer[:n]...)
		if n > 0 || len(saw.got) == 0 && x.then != faultdaemon.EndOpen {
			last = time.Now()
		}
	}
	saw.after = max(0, last.Sub(c.begin()))
	return saw.end, x.compareClient(saw, spawned)
}

// untilNext is how long to wait for more on stdout when n bytes were read.
func (c *conversation) untilNext(x exchange, n int) time.Duration {
	switch {
	case n == len(x.got) && x.then == faultdaemon.EndOpen:
		return c.wait.quiet
	case n >= len(x.reply):
		return c.wait.comes + x.after // a healthy server has no more to say
	}
	return c.wait.most + x.after
}

// begin is when the time of the last exchange counts from: of the first one from
// the moment that the daemon has the process.
func (c *conversation) begin() time.Time {
	for _, ev := range c.daemon.Events() {
		if c.exchanges == 1 && ev.Kind == faultdaemon.EventAccepted && ev.Connection == c.connection {
			return ev.Time
		}
	}
	return c.sent
}

// compareProcess compares what the process has done beside its stdout, whose read
// has ended by an error.
func (c *conversation) compareProcess(x exchange, end error) error {
	if err := c.compareStatus(x, end); err != nil {
		return err
	}
	if text := c.process.stderr.await(len(c.stderr), c.wait.comes); !bytes.Equal(text, c.stderr) {
		return fmt.Errorf("stderr has %s, want %s", quote(text), quote(c.stderr))
	}
	switch {
	case x.closes == "stderr" && !await(c.process.stderr.ended, c.wait.comes):
		return errors.New("stderr is open, want its end")
	case x.closes == "" && x.status == "" && await(c.process.stderr.ended, 0):
		return errors.New("stderr has ended, want it to stay open")
	}
	return nil
}

// compareStatus compares how the process has ended, or that it has not.
func (c *conversation) compareStatus(x exchange, end error) error {
	switch {
	case x.status != "":
		c.process.awaitEnd(c.wait.comes)
	case endOf(end) != faultdaemon.EndOpen.String(): // else nothing has happened for a while
		c.process.awaitEnd(c.wait.quiet)
	}
	return c.process.compare(x.status)
}

// compare compares how the process has ended with an Example.Status.
func (p *process) compare(want string) error {
	if got := p.status(); got != want {
		return fmt.Errorf("the process: %s, want %s", orAlive(got), orAlive(want))
	}
	return nil
}

// end has the client leave, and compares what becomes of the process.
func (c *conversation) end(e example) error {
	p := c.process
	if p.status() != "" {
		return nil // as the last exchange says
	}
	p.leave()
	if e.outlives == "" {
		p.awaitEnd(c.wait.most)
		return wrap("when its client has left", p.compare("exit 0"))
	}
	p.awaitEnd(c.wait.stays)
	if err := wrap("when its client has left", p.compare("")); err != nil {
		return err
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if e.outlives == "EOF" {
		p.awaitEnd(c.wait.most)
		return wrap("after SIGTERM", p.compare("signal TERM"))
	}
	p.awaitEnd(c.wait.stays)
	return wrap("after SIGTERM", p.compare(""))
}

func wrap(when string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", when, err)
	}
	return nil
}

// orAlive names the status of a process that has none.
func orAlive(status string) string { return cmp.Or(status, "alive") }

// orNothing names what fails where nothing does.
func orNothing(fails string) string { return cmp.Or(fails, "no error") }
