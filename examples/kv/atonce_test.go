package kv_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Four calls at once: each has its own answer under every fault, or an error.
func TestCallsAtOnce(t *testing.T) {
	faulttest.RunConcurrent(t, answering(new(kvd.Store)), 4, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
		conn, err := dial(ctx)
		if err != nil {
			return err
		}
		client := kv.NewClient(conn)
		defer client.Close()
		atOnce(func(i int) (string, error) {
			key := fmt.Sprint("key ", i)
			if err := client.Put(ctx, key, []byte(key+"'s value")); err != nil {
				return "", err
			}
			value, err := client.Get(ctx, key)
			return string(value), err
		})
		return nil
	}, nil)
}
