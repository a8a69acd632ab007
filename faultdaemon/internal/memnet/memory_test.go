package memnet_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestAnExchangeAllocatesNothing(t *testing.T) {
	request, reply := []byte("ping 0123456789\n"), []byte("pong 0123456789\n")
	t.Run("by one goroutine", func(t *testing.T) {
		a, b := memnet.Pipe()
		buf := make([]byte, 64)
		require.Zero(t, testing.AllocsPerRun(1000, func() {
			a.Write(request)
			b.Read(buf)
			b.Write(reply)
			a.Read(buf)
		}))
	})
	t.Run("between two that wait for each other, with deadlines", func(t *testing.T) {
		a, b := memnet.Pipe()
		defer a.Close()
		go func() {
			buf := make([]byte, 64)
			for {
				if _, err := b.Read(buf); err != nil {
					return
				}
				b.Write(reply)
			}
		}()
		buf := make([]byte, 64)
		require.Zero(t, testing.AllocsPerRun(1000, func() {
			a.SetDeadline(time.Now().Add(time.Hour))
			a.Write(request)
			a.Read(buf)
		}))
	})
}

func TestAParkedConnectionIsSmall(t *testing.T) {
	const connections = 1000
	kept := make([]*memnet.Conn, 0, 2*connections)
	before := heap()
	for range connections {
		a, b := memnet.Pipe()
		a.Write([]byte("a request\n"))
		kept = append(kept, a, b)
	}
	each := (heap() - before) / connections
	runtime.KeepAlive(kept)
	t.Logf("%d bytes per connection", each)
	require.Less(t, each, 2048)
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func BenchmarkExchange(b *testing.B) {
	client, server := memnet.Pipe()
	defer client.Close()
	go func() {
		buf := make([]byte, 64)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			server.Write(buf[:n])
		}
	}()
	request, buf := []byte("ping\n"), make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		client.Write(request)
		client.Read(buf)
	}
}

func BenchmarkListenClose(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		memnet.Listen().Close()
	}
}
