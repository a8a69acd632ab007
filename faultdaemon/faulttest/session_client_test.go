package faulttest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// keyDaemon replies to {"id":1,"method":"key 3"} with {"id":1,"result":"value of key 3"}
// on connections that begin with the method hello.
func keyDaemon() faultdaemon.Config {
	return faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		request := e.Request()
		var r struct {
			ID     int
			Method string
		}
		if err := json.Unmarshal(request, &r); err != nil {
			return []byte("{\"error\":\"no JSON\"}\n"), nil
		}
		if e.Number() == 1 && r.Method != "hello" {
			return fmt.Appendf(nil, "{\"id\":%d,\"error\":\"say hello first\"}\n", r.ID), nil
		}
		return fmt.Appendf(nil, "{\"id\":%d,\"result\":\"value of %s\"}\n", r.ID, r.Method), nil
	}}
}

// A keeper is a client that keeps its connection, and opens another after an error.
type keeper struct {
	dial    faulttest.Dialer
	timeout time.Duration // of a call
	conn    *lineClient
	id      int

	never   bool          // does not reconnect
	anyID   bool          // takes every reply for its own
	waits   bool          // waits for the end of a connection that failed, before it opens another
	mislays bool          // does not close a connection that failed
	panics  bool          // takes for granted that there is a connection
	pause   time.Duration // after an error, before it opens another connection
	resigns bool          // gives up for good when a connect fails
	forgets bool          // greets the daemon on its first connection only
	repeats bool          // makes a call that failed again, on another connection

	failed  time.Time
	greeted bool
	over    error
}

func (k *keeper) call(ctx context.Context, i int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	if k.conn == nil {
		if k.panics && k.id > 0 && !k.failed.IsZero() {
			panic("no connection")
		}
		if time.Since(k.failed) < k.pause {
			return "", errors.New("it is too early")
		}
		if err := k.connect(ctx); err != nil {
			return "", err
		}
	}
	if k.waits && !k.failed.IsZero() {
		_ = k.conn.conn.SetDeadline(time.Time{})
		_, _ = io.Copy(io.Discard, k.conn.conn)
	}
	answer, err := k.ask(ctx, fmt.Sprint("key ", i))
	k.id = k.conn.id
	if err == nil || k.never {
		return answer, err
	}
	k.failed = time.Now()
	switch {
	case k.mislays:
		k.conn = nil
	case !k.waits:
		k.close()
	}
	if k.repeats {
		k.repeats = false
		defer func() { k.repeats = true }()
		return k.call(ctx, i)
	}
	return answer, err
}

// connect opens a connection, and greets the daemon.
func (k *keeper) connect(ctx context.Context) error {
	if k.over != nil {
		return k.over
	}
	conn, err := connect(ctx, k.dial)
	if err != nil {
		if k.resigns {
			k.over = err
		}
		return err
	}
	conn.id, k.conn = k.id, conn
	if k.forgets && k.greeted {
		return nil
	}
	if _, err = k.ask(ctx, "hello"); err != nil {
		k.close()
	}
	k.greeted = true
	return err
}

// ask makes a call on the connection that there is.
func (k *keeper) ask(ctx context.Context, method string) (string, error) {
	if !k.anyID {
		return k.conn.Call(ctx, method)
	}
	deadline, _ := ctx.Deadline()
	_ = k.conn.conn.SetDeadline(deadline)
	if _, err := fmt.Fprintf(k.conn.conn, "{\"id\":0,\"method\":%q}\n", method); err != nil {
		return "", err
	}
	line, err := k.conn.line()
	if err != nil {
		return "", err
	}
	return k.conn.decode(line)
}

func (k *keeper) close() {
	if k.conn != nil {
		k.conn.Close()
	}
	k.conn = nil
}

type caller = func(context.Context, int) (string, error)

// keeping returns what opens a keeper that is like this one.
func keeping(like keeper) func(context.Context, faulttest.Dialer) (caller, func(), error) {
	return func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
		k := like
		k.dial, k.timeout = dial, time.Second
		return k.call, k.close, nil
	}
}
