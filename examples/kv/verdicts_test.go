package kv_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Every fault that this protocol can have, the core's and its own, in virtual
// time: a subtest for each, which fails when the client does what is not right
// under it. The fault daemon answers as the real one does.
func TestClientUnderEveryFault(t *testing.T) {
	faulttest.Run(t, answering(new(kvd.Store)), func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		client := kv.NewClient(conn)
		defer client.Close()
		return session(ctx, client)
	}, nil)
}

// session is what is judged: two changes at once, then two questions at once.
func session(ctx context.Context, client *kv.Client) ([]string, error) {
	errs := make([]error, 2)
	var puts sync.WaitGroup
	puts.Go(func() { errs[0] = client.Put(ctx, "colour", []byte("red")) })
	puts.Go(func() { errs[1] = client.Put(ctx, "shape", []byte("round")) })
	puts.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	values, err := client.GetAll(ctx, "colour", "shape")
	if err != nil {
		return nil, err
	}
	return []string{string(values[0]), string(values[1])}, nil
}

// answering is a daemon that speaks the protocol and answers from the store.
func answering(store *kvd.Store) faultdaemon.Config {
	return faultdaemon.Config{
		Protocol: kvfault.KV{},
		Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
			request, err := kv.ReadMessage(bytes.NewReader(e.Request()))
			if err != nil {
				return nil, err
			}
			return store.Answer(request).Bytes()
		},
	}
}
