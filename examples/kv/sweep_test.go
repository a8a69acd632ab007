package kv_test

import (
	"context"
	"testing"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A checksum covers every byte, so that no flipped bit is ever an answer.
func TestClientAtEveryByte(t *testing.T) {
	report := faulttest.JudgeSweep(t, answering(new(kvd.Store)), putAndGet, nil)
	if !report.OK() {
		t.Error(report)
	}
	for _, r := range report.Ranges {
		if r.Kind == faulttest.Flip && r.Verdict == faulttest.WrongAnswer {
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
