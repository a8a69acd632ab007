package stdio

import (
	"context"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// step returns a step that tells the process something, and notes what that was.
func step(what string, tell func(*Conn, context.Context) error) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		p, err := processOf(e)
		if err != nil {
			return err
		}
		return act(e, what, tell(p, e.Context()))
	}
}

// processOf returns the process at the other end of the connection.
func processOf(e *faultdaemon.Exchange) (*Conn, error) {
	if p, ok := e.Conn().(*Conn); ok {
		return p, nil
	}
	return nil, faultdaemon.NotFired("the connection does not come from a process that the client has spawned")
}

// act notes what was done. A process that has ended meanwhile, or a daemon that
// stops, ends the connection.
func act(e *faultdaemon.Exchange, what string, err error) error {
	if err != nil {
		return e.Gone(fmt.Errorf("%s: %w", what, err))
	}
	e.Acted(what)
	return nil
}

// Spawned lets a fault act only on a process that the client has spawned.
func Spawned(e *faultdaemon.Exchange) error {
	_, err := processOf(e)
	return err
}

// Begin has the process read its stdin and write its stdout, which it does by
// itself when the step of a fault at its start has ended.
func Begin(e *faultdaemon.Exchange) error {
	p, err := processOf(e)
	if err != nil {
		return err
	}
	return p.Begin()
}

// Exit ends the process with the status that the Int parameter says, after what was
// sent is on its stdout.
func Exit(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return ExitWith(int(e.Arg(param).Int()))(e) }
}

// ExitWith ends the process with this status, after what was sent is on its stdout.
func ExitWith(code int) faultdaemon.Step {
	exit := func(c *Conn, ctx context.Context) error { return c.Exit(ctx, code) }
	return faultdaemon.Steps(step(fmt.Sprintf("exit with status %d", code), exit), faultdaemon.Close)
}

// Kill ends the process by the signal that the Choice parameter says, after what was
// sent is on its stdout.
func Kill(param string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		name := e.Arg(param).String()
		kill := func(c *Conn, ctx context.Context) error { return c.Kill(ctx, name) }
		return faultdaemon.Steps(step("die by SIG"+name, kill), faultdaemon.Close)(e)
	}
}

// CloseStdin has the process close its stdin and live on: what the client writes
// next fails with EPIPE.
func CloseStdin(e *faultdaemon.Exchange) error { return step("close stdin", (*Conn).CloseStdin)(e) }

// CloseStderr has the process close its stderr.
func CloseStderr(e *faultdaemon.Exchange) error { return step("close stderr", (*Conn).CloseStderr)(e) }

// IgnoreEOF has the process live on when the client has closed its stdin, and when
// the client is gone.
func IgnoreEOF(e *faultdaemon.Exchange) error {
	return step("ignore the end of stdin", (*Conn).IgnoreEOF)(e)
}

// IgnoreSIGTERM has the process live on under SIGTERM, and as IgnoreEOF says.
func IgnoreSIGTERM(e *faultdaemon.Exchange) error {
	return step("ignore SIGTERM", (*Conn).IgnoreSIGTERM)(e)
}

// HoldOutput has the process start another, which holds its stdout and stderr open
// until nobody reads them or the daemon stops.
func HoldOutput(e *faultdaemon.Exchange) error {
	return step("start a process that holds stdout open", (*Conn).Hold)(e)
}

// FirstStarts does a step for the first process, and for as many after it as the
// Int parameter says; those that follow are healthy.
func FirstStarts(param string, do faultdaemon.Step) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		if more := e.Arg(param).Int(); e.Connection() > more+1 {
			return faultdaemon.NotFired(fmt.Sprintf("%d starts have failed", more+1))
		}
		return do(e)
	}
}
