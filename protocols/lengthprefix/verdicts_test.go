package lengthprefix_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// A length that is too long has the client wait for bytes that do not follow,
// until the next reply brings them: a client that makes several calls at once
// has more than its deadline.
func TestLengthsThatReachIntoTheNextReply(t *testing.T) {
	bare := lengthprefix.Layout{LengthWidth: 2}
	for name, client := range map[string]struct {
		layout lengthprefix.Layout
		calls  int
	}{
		"one call":                   {summed, 1}, // times out
		"two calls and a checksum":   {summed, 2}, // rejects
		"two calls without checksum": {bare, 2},   // differs
	} {
		t.Run(name, func(t *testing.T) {
			hi := client.layout.Config(func([]byte) []byte { return []byte("hi") })
			faulttest.Run(t, hi, func(ctx context.Context, dial faulttest.Dialer) (string, error) {
				return first(ctx, dial, client.layout, client.calls)
			}, &faulttest.Options{Only: []faultdaemon.Fault{lengthprefix.FaultLengthLong, lengthprefix.FaultLengthIncludesSelf}})
		})
	}
}

// first makes calls at once and returns the first reply's payload.
func first(ctx context.Context, dial faulttest.Dialer, l lengthprefix.Layout, calls int) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	request, err := l.Frame([]byte("ask"))
	if err != nil {
		return "", err
	}
	if _, err := conn.Write(bytes.Repeat(request, calls)); err != nil {
		return "", err
	}
	reply, err := l.ReadMessage(bufio.NewReader(conn), 1<<10)
	if err != nil {
		return "", err
	}
	if l.Seal != nil && !bytes.Equal(l.Seal(bytes.Clone(reply)), reply) {
		return "", errors.New("the checksum is wrong")
	}
	payload, err := l.Payload(reply)
	return string(payload), err
}
