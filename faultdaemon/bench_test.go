package faultdaemon_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What is compared with others is measured in the module bench.

// BenchmarkCatalogueInMemory sends one request under every built-in fault, in
// virtual time, and waits until nothing more can come.
func BenchmarkCatalogueInMemory(b *testing.B) {
	all := faultdaemon.Builtin().All()
	for b.Loop() {
		for _, info := range all {
			if err := underFault(b, info.Fault()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(all)), "faults")
}

func underFault(b *testing.B, fault faultdaemon.Fault) error {
	var failed error
	bubble(b, func() {
		d := faultdaemon.New("", faultdaemon.Config{Fault: fault})
		if failed = d.Start(); failed != nil {
			return
		}
		defer d.Stop()
		conn, err := d.Dial(context.Background())
		if err != nil {
			failed = err
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		_, _ = conn.Write([]byte("ping\n"))
		var p [64 << 10]byte
		for {
			if _, err := conn.Read(p[:]); err != nil {
				return
			}
		}
	})
	if failed != nil {
		return fmt.Errorf("%s: %w", fault, failed)
	}
	return nil
}

// bubble runs f in a synctest bubble, for which there must be a *testing.T.
func bubble(b *testing.B, f func()) {
	b.Helper()
	done := testing.RunTests(func(_, _ string) (bool, error) { return true, nil }, []testing.InternalTest{{
		Name: "bubble",
		F:    func(t *testing.T) { synctest.Test(t, func(*testing.T) { f() }) },
	}})
	if !done {
		b.Fatal("the bubble failed")
	}
}
