package faultdaemon_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Every benchmark runs its floor, the least code that does the same, in turns
// with the daemon and reports the ratio: what the machine does meanwhile hits
// both. The figures are in docs/performance.md.

// compare runs floor and daemon in turns, rounds of b.N operations in all.
func compare(b *testing.B, perRound int, floor, daemon func()) {
	var spent [2]time.Duration
	rounds := 0
	for b.Loop() {
		for i, op := range []func(){floor, daemon} {
			start := time.Now()
			op()
			spent[i] += time.Since(start)
		}
		rounds++
	}
	n := float64(rounds * perRound)
	b.ReportMetric(float64(spent[0])/n, "floor-ns/op")
	b.ReportMetric(float64(spent[1])/n, "daemon-ns/op")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// echo is the floor of an exchange.
func echo(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			for r := bufio.NewReader(conn); ; {
				line, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				if _, err := conn.Write(line); err != nil {
					return
				}
			}
		}()
	}
}

// floorEcho starts an echo server on a Unix socket.
func floorEcho(b *testing.B) (network, address string) {
	path := faulttest.TempSocket(b)
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go echo(l)
	return "unix", path
}

// exchanger returns a function that makes n exchanges on a connection of its
// own.
func exchanger(b *testing.B, path string) func(n int) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	r := bufio.NewReader(conn)
	request := []byte(`{"id":1,"method":"status"}` + "\n")
	return func(n int) {
		for range n {
			if _, err := conn.Write(request); err != nil {
				b.Error(err)
				return
			}
			if _, err := r.ReadSlice('\n'); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

func BenchmarkExchangeSerial(b *testing.B) {
	const perRound = 200
	_, path := floorEcho(b)
	floor := exchanger(b, path)
	d := faulttest.Start(b, faultdaemon.Config{})
	daemon := exchanger(b, d.SocketPath())
	compare(b, perRound, func() { floor(perRound) }, func() { daemon(perRound); d.ResetCalls() })
}

// BenchmarkExchangeUnmatched is a serial exchange while a fault is in force
// that takes none.
func BenchmarkExchangeUnmatched(b *testing.B) {
	const perRound = 200
	for _, test := range unmatched {
		b.Run(test.name, func(b *testing.B) {
			_, path := floorEcho(b)
			floor := exchanger(b, path)
			d := faultdaemon.New(faulttest.TempSocket(b), test.cfg)
			if err := d.Start(); err != nil {
				b.Fatal(err)
			}
			defer d.Stop()
			daemon := exchanger(b, d.SocketPath())
			compare(b, perRound, func() { floor(perRound) }, func() { daemon(perRound); d.ResetCalls() })
		})
	}
}

func BenchmarkExchange64Connections(b *testing.B) {
	const conns, each = 64, 50
	round := func(path string) func() {
		var exchangers []func(int)
		for range conns {
			exchangers = append(exchangers, exchanger(b, path))
		}
		return func() {
			var wg sync.WaitGroup
			for _, exchange := range exchangers {
				wg.Go(func() { exchange(each) })
			}
			wg.Wait()
		}
	}
	_, path := floorEcho(b)
	d := faulttest.Start(b, faultdaemon.Config{})
	floor, daemon := round(path), round(d.SocketPath())
	compare(b, conns*each, floor, func() { daemon(); d.ResetCalls() })
}

func BenchmarkStartStop(b *testing.B) {
	path := faulttest.TempSocket(b)
	compare(b, 1, func() {
		l, err := net.Listen("unix", path)
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}, func() {
		d := faultdaemon.New(path, faultdaemon.Config{})
		if err := d.Start(); err != nil {
			b.Fatal(err)
		}
		d.Stop()
	})
}

func BenchmarkStartStopInMemory(b *testing.B) {
	for b.Loop() {
		d := faultdaemon.New("", faultdaemon.Config{})
		if err := d.Start(); err != nil {
			b.Fatal(err)
		}
		d.Stop()
	}
}

// BenchmarkParkedConnection reports the memory of a connection whose client
// has sent nothing: heap and stacks, both ends' share of the process.
func BenchmarkParkedConnection(b *testing.B) {
	const conns = 1000
	parked := func(path string, settled func()) float64 {
		before := inUse()
		var list []net.Conn
		for range conns {
			conn, err := net.Dial("unix", path)
			if err != nil {
				b.Fatal(err)
			}
			list = append(list, conn)
		}
		settled()
		grown := inUse() - before
		for _, conn := range list {
			_ = conn.Close()
		}
		return float64(grown) / conns
	}
	var floor, daemon float64
	rounds := 0.0
	for b.Loop() {
		path, accepted := park(b)
		floor += parked(path, func() {
			for range conns {
				<-accepted
			}
		})
		d := faultdaemon.New(faulttest.TempSocket(b), faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept})
		if err := d.Start(); err != nil {
			b.Fatal(err)
		}
		daemon += parked(d.SocketPath(), func() { _ = d.WaitForConnections(context.Background(), conns) })
		d.Stop()
		rounds++
	}
	b.ReportMetric(floor/rounds, "floor-B/conn")
	b.ReportMetric(daemon/rounds, "daemon-B/conn")
	b.ReportMetric(daemon/floor, "ratio")
	b.ReportMetric(0, "ns/op")
}

// park is the floor of a parked connection: accept, and read in a goroutine.
func park(b *testing.B) (path string, accepted <-chan struct{}) {
	path = faulttest.TempSocket(b)
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	ch := make(chan struct{}, 1000)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				ch <- struct{}{}
				var p [1]byte
				_, _ = conn.Read(p[:])
				_ = conn.Close()
			}()
		}
	}()
	return path, ch
}

// inUse returns the bytes of live heap and of stacks.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

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
