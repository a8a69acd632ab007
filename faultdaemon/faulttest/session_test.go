package faulttest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// keyDaemon replies to {"id":1,"method":"key 3"} with {"id":1,"result":"value of key 3"}.
func keyDaemon() faultdaemon.Config {
	return faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		var r struct {
			ID     int
			Method string
		}
		if err := json.Unmarshal(request, &r); err != nil {
			return []byte("{\"error\":\"no JSON\"}\n")
		}
		return fmt.Appendf(nil, "{\"id\":%d,\"result\":\"value of %s\"}\n", r.ID, r.Method)
	}}
}

// A keeper is a client that keeps its connection, and opens another after an error.
type keeper struct {
	dial    faulttest.Dialer
	timeout time.Duration // of a call
	conn    *lineClient
	id      int

	never   bool // does not reconnect
	keeps   bool // keeps a connection that failed
	mislays bool // does not close a connection that failed
}

func (k *keeper) call(ctx context.Context, i int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	if k.conn == nil {
		conn, err := connect(ctx, k.dial)
		if err != nil {
			return "", err
		}
		conn.id, k.conn = k.id, conn
	}
	answer, err := k.conn.Call(ctx, fmt.Sprint("key ", i))
	k.id = k.conn.id
	switch {
	case err == nil || k.keeps:
	case k.mislays:
		k.conn = nil
	case !k.never:
		k.close()
	}
	return answer, err
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

func TestSessionOfAClientThatReconnects(t *testing.T) {
	report := faulttest.JudgeSession(t, keyDaemon(), keeping(keeper{}), nil)
	require.NoError(t, report.Err)
	t.Log(report)
	require.True(t, report.OK())
}

func TestSessionVerdictsOfBrokenClients(t *testing.T) {
	for name, k := range map[string]keeper{"never": {never: true}, "keeps": {keeps: true}, "mislays": {mislays: true}} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.JudgeSession(t, keyDaemon(), keeping(k), nil)
			require.NoError(t, report.Err)
			t.Log(report)
		})
	}
}
