package kv_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
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
	faulttest.Run(t, answering(new(kvd.Store)), session, nil)
}

// The same with the faults that a length can have, which come with a
// description of the header.
func TestClientUnderEveryFaultOfALength(t *testing.T) {
	daemon := answering(new(kvd.Store))
	daemon.Protocol = kvfault.Layout()
	faulttest.Run(t, daemon, session, nil)
}

// session is what is judged: four changes at once, two of them larger than the
// buffers of a connection, and two questions at once.
func session(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	client := kv.NewClient(conn)
	defer client.Close()
	large := strings.Repeat("x", 256<<10)
	var puts sync.WaitGroup
	var errs [4]error
	for i, pair := range [4][2]string{{"colour", "red"}, {"map", large}, {"photo", large}, {"shape", "round"}} {
		puts.Go(func() { errs[i] = client.Put(ctx, pair[0], []byte(pair[1])) })
	}
	puts.Wait()
	if err := errors.Join(errs[:]...); err != nil {
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
