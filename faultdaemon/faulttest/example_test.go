package faulttest_test

import (
	"context"
	"fmt"
	"os/exec"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// The test of a client under every fault: connect with dial, do what the
// client always does, return the answer.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestClientUnderEveryFault(t *testing.T)
		faulttest.Run(t, statusDaemon(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			c, err := connect(ctx, dial)
			if err != nil {
				return "", err
			}
			defer c.Close()
			return c.Call(ctx, "status")
		}, nil)
	}
}

// Every byte of every reply: cut there, split there, flipped, and stalled.
func ExampleSweep() {
	_ = func(t *testing.T) { // func TestClientAtEveryByte(t *testing.T)
		faulttest.Sweep(t, statusDaemon(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			c, err := connect(ctx, dial)
			if err != nil {
				return "", err
			}
			defer c.Close()
			return c.Call(ctx, "status")
		}, nil)
	}
}

// Four calls at once on one connection: each gets its own answer, or an error.
func ExampleRunConcurrent() {
	_ = func(t *testing.T) { // func TestCallsAtOnce(t *testing.T)
		faulttest.RunConcurrent(t, echoDaemon(), 4, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(i int) (string, error))) error {
			m, err := newMux(ctx, dial)
			if err != nil {
				return err
			}
			defer m.Close()
			atOnce(func(i int) (string, error) { return m.Get(ctx, fmt.Sprint("key ", i)) })
			return nil
		}, nil)
	}
}

// A client library that takes a reader and a writer, as for a server that it
// has spawned: no process is needed, and time is virtual.
func ExamplePipes() {
	_ = func(t *testing.T) { // func TestClientOverPipes(t *testing.T)
		faulttest.Run(t, statusDaemon(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			server, err := faulttest.Pipes(ctx, dial)
			if err != nil {
				return "", err
			}
			client := newLibrary(server.Stdout, server.Stdin)
			defer client.Close() // both ends: then the server has gone
			return client.Call(ctx, "status")
		}, nil)
	}
}

// A client that starts its server: it is given a command that it has not started
// yet, and ends what it starts.
func ExampleSpawn() {
	_ = func(t *testing.T) { // func TestClientAndItsServer(t *testing.T)
		faulttest.Spawn(t, statusDaemon(), func(ctx context.Context, server *exec.Cmd) (string, error) {
			c, err := startClient(ctx, server)
			if err != nil {
				return "", err
			}
			defer c.Close()
			return c.Call(ctx, "status")
		}, nil)
	}
}
