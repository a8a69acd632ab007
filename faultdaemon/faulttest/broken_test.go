package faulttest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// request writes the one request of a client that does all by itself.
func request(conn io.Writer) error {
	_, err := fmt.Fprint(conn, "{\"id\":1,\"method\":\"status\"}\n")
	return err
}

// asked is a connection on which the one request is written, and which ends
// what is done with it when the context does.
func asked(ctx context.Context, dial faulttest.Dialer) (net.Conn, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := errors.Join(conn.SetDeadline(deadline), request(conn)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// ignoresDeadlines waits as long as it takes.
func ignoresDeadlines(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := request(conn); err != nil {
		return "", err
	}
	c := &lineClient{conn: conn, r: bufio.NewReader(conn), id: 1}
	line, err := c.line()
	if err != nil {
		return "", err
	}
	return c.decode(line)
}

// waitsAfterEOF takes the end of the stream for a pause.
func waitsAfterEOF(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		<-ctx.Done()
	}
	return answer, err
}

// swallowsErrors has an answer for every case.
func swallowsErrors(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		return "unknown", nil
	}
	return answer, nil
}

// leaksOnErrors leaves a goroutine behind when a call fails.
func leaksOnErrors(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		go neverEnds()
	}
	return answer, err
}

// leaksAlways leaves one behind whatever happens.
func leaksAlways(ctx context.Context, dial faulttest.Dialer) (string, error) {
	go neverEnds()
	return status(ctx, dial)
}

func neverEnds() { <-make(chan struct{}) }

// panics takes every reply for a string of some length.
func panics(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		panic("unreachable")
	}
	return answer, err
}

// endsItself is what a FailNow does to the goroutine.
func endsItself(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	if err != nil {
		runtime.Goexit()
	}
	return answer, err
}

// trustsOrder takes the next line for the next answer.
func trustsOrder(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	var all string
	for range 2 {
		if all, err = c.trusting(ctx, all); err != nil {
			return "", err
		}
	}
	return all, nil
}

func (c *lineClient) trusting(ctx context.Context, before string) (string, error) {
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	c.id++
	if _, err := fmt.Fprintf(c.conn, "{\"id\":%d}\n", c.id); err != nil {
		return "", err
	}
	line, err := c.line()
	return before + string(bytes.TrimSpace(line)) + ";", err
}

// readsToEOF takes the end of the stream for the end of the reply.
func readsToEOF(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := asked(ctx, dial)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	all, err := io.ReadAll(conn)
	return string(all), err
}

// Each of these has exactly these verdicts that are not expected, and no other.
// That a client skips a message which it cannot read, and times out, passes.
func TestBrokenClients(t *testing.T) {
	silent := []faultdaemon.Fault{"hang_on_accept", "response_without_newline", "hang_before_response", "write_half_then_hang", "deadlock"}
	ended := []faultdaemon.Fault{"close_immediately", "drop_connection(1)", "refuse_after_accept", "close_after_read",
		"reset_after_read", "panic_in_handler", "partial_response", "cut_at(1, eof)"}
	refused := []faultdaemon.Fault{"corrupt_response", "invalid_json", "multiline_response", "response_too_large"}
	failing := slices.Concat(silent, ended, refused, []faultdaemon.Fault{"flip_at", "very_slow_response"})
	for name, c := range map[string]struct {
		client  clientFunc
		verdict faulttest.Verdict
		under   []faultdaemon.Fault
	}{
		"ignores deadlines": {ignoresDeadlines, faulttest.Hung, silent},
		"waits after EOF":   {waitsAfterEOF, faulttest.TimedOut, slices.Concat(ended, refused)},
		"swallows errors": {swallowsErrors, faulttest.WrongAnswer,
			slices.Concat(silent, ended, refused, []faultdaemon.Fault{"very_slow_response"})}, // a flipped byte may be another answer
		"leaks a goroutine":  {leaksOnErrors, faulttest.Leaked, failing},
		"panics":             {panics, faulttest.Crashed, failing},
		"ends its goroutine": {endsItself, faulttest.Crashed, failing},
		"trusts the next line": {trustsOrder, faulttest.WrongAnswer,
			[]faultdaemon.Fault{"corrupt_response", "invalid_json", "multiline_response", "multiple_responses"}},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), c.client, nil)
			require.NoError(t, report.Err)
			var under []faultdaemon.Fault
			for _, r := range report.Results {
				if _, listed := verdictsOfTwice[r.Fault]; listed && r.Grade != verdict.OK && r.Verdict != faulttest.Untested {
					require.Equal(t, c.verdict, r.Verdict, "%s", r.Fault)
					require.Equal(t, r.OK, r.Grade == verdict.Late && slices.Contains(refused, r.Fault), "%s", r.Fault)
					under = append(under, r.Fault)
				}
			}
			require.ElementsMatch(t, c.under, under)
		})
	}
}

// isolatedClient takes the whole process with it.
func isolatedClient(ctx context.Context, dial faulttest.Dialer) (string, error) {
	answer, err := status(ctx, dial)
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		go func() { panic("in a goroutine of its own") }()
		<-make(chan struct{})
	case errors.Is(err, errCutShort):
		new(sync.Mutex).Unlock()
	case errors.Is(err, io.EOF):
		os.Exit(7)
	}
	return answer, err
}
