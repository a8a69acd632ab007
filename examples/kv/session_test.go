package kv_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

type caller = func(context.Context, int) (string, error)

// keyed is a daemon that has a value for each call.
func keyed(t *testing.T) faultdaemon.Config {
	t.Helper()
	store := new(kvd.Store)
	for i := range 10 {
		key := fmt.Sprint("key ", i)
		reply := store.Answer(kv.Message{Operation: kv.Put, Shard: kv.Shard(key), Key: key, Value: fmt.Append(nil, "value ", i)})
		require.NotEqual(t, kv.Refused, reply.Status)
	}
	return answering(store)
}

// The client before, during and after every fault: it recovers from each.
func TestReconnecting(t *testing.T) {
	faulttest.RunSession(t, keyed(t), func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
		client := kv.NewReconnecting(dial)
		get := func(ctx context.Context, i int) (string, error) {
			value, err := client.Get(ctx, fmt.Sprint("key ", i))
			return string(value), err
		}
		return get, client.Close, nil
	}, nil)
}

// A Client is over with its connection, and says so: in a session it is stuck.
func TestAClientIsOverWithItsConnection(t *testing.T) {
	report := faulttest.JudgeSession(t, keyed(t), func(ctx context.Context, dial faulttest.Dialer) (caller, func(), error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, nil, err
		}
		client := kv.NewClient(conn)
		get := func(ctx context.Context, i int) (string, error) {
			value, err := client.Get(ctx, fmt.Sprint("key ", i))
			return string(value), err
		}
		return get, func() { _ = client.Close() }, nil
	}, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultResetAfterRead}})
	require.NoError(t, report.Err)
	for _, r := range report.Results {
		require.Equal(t, faulttest.Stuck, r.Verdict, "%s", report)
	}
}
