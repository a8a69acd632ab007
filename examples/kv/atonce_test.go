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

// A checksum covers every byte, so that no flipped bit is ever an answer.
func TestClientAtEveryByte(t *testing.T) {
	report := faulttest.JudgeSweep(t, answering(new(kvd.Store)), putAndGet, nil)
	if !report.OK() {
		t.Error(report)
	}
	for _, r := range report.Ranges {
		if r.Way == faulttest.Flip && r.Verdict == faulttest.WrongAnswer {
			t.Errorf("%s: the checksum should have shown it", r.Where)
		}
	}
}

func putAndGet(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	client := kv.NewClient(conn)
	defer client.Close()
	if err := client.Put(ctx, "colour", []byte("red")); err != nil {
		return "", err
	}
	value, err := client.Get(ctx, "colour")
	return string(value), err
}
