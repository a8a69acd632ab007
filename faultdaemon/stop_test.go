package faultdaemon_test

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// descriptors returns how many file descriptors the process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("only Linux shows the open descriptors in /proc:", err)
	}
	return len(entries)
}

// daemonGoroutines returns the stacks of the goroutines that a daemon started.
func daemonGoroutines() (found []string) {
	buf := make([]byte, 4<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "created by github.com/faultdaemon/toolkit/faultdaemon.(*FaultDaemon)") ||
			strings.Contains(stack, "created by github.com/faultdaemon/toolkit/faultdaemon.(*presence)") {
			found = append(found, stack)
		}
	}
	return found
}

func TestStopWith1000HungConnections(t *testing.T) {
	const clients = 1000
	before := descriptors(t)
	goroutines := runtime.NumGoroutine()
	h := start(t, "unix", faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse})
	conns := make([]net.Conn, clients)
	require.NoError(t, inParallel(clients, func(i int) (err error) {
		if conns[i], err = h.dial(); err != nil {
			return err
		}
		return writeAll(conns[i], "ping\n", "and one that nobody reads\n")
	}))
	h.called(clients)
	began := time.Now()
	h.Stop()
	took := time.Since(began)
	require.Eventually(t, func() bool {
		// One goroutine more: the one that this function runs in.
		return runtime.NumGoroutine() <= goroutines+1 && descriptors(t) <= before+clients
	}, 100*time.Millisecond, 5*time.Millisecond, "only the clients' descriptors are left")
	for _, conn := range conns {
		got, end, err := readToEnd(conn)
		require.NoError(t, err)
		require.Equal(t, faultdaemon.EndEOF, end)
		require.Empty(t, got)
		require.NoError(t, conn.Close())
	}
	require.Equal(t, before, descriptors(t))
	require.Less(t, took, 2*time.Second)
	t.Logf("Stop with %d hung connections took %s", clients, took)
}

// Whatever fault is acting, Stop returns, its client reads a clean EOF behind
// what it had (or the reset that the fault had made), and nothing is left.
func TestStopUnderEveryFault(t *testing.T) {
	for _, info := range faultdaemon.Builtin().All() {
		t.Run(string(info.Name), func(t *testing.T) {
			onEveryTransport(t, faultdaemon.Config{Fault: info.Fault()}, func(t *testing.T, h host) {
				c := h.client()
				_ = writeAll(c, "ping\n", "pong\n") // the daemon may have closed already
				h.event(faultdaemon.EventFault)
				began := time.Now()
				h.Stop()
				require.Less(t, time.Since(began), 2*time.Second)
				_, end, err := readToEnd(c)
				require.NoError(t, err)
				if end != faultdaemon.EndEOF {
					require.Equal(t, faultdaemon.EndReset, end)
					h.event(faultdaemon.EventReset)
				}
				eventually(t, func() bool { return len(daemonGoroutines()) == 0 })
			})
		})
	}
}

// In virtual time the fault is where it stays, and what Stop leaves is nothing
// at all.
func TestStopInTheMiddleOfEveryFault(t *testing.T) {
	for _, info := range faultdaemon.Builtin().All() {
		t.Run(string(info.Name), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "memory", faultdaemon.Config{Fault: info.Fault()})
				c := h.client()
				_ = writeAll(c, "ping\n") // the daemon may have closed already
				synctest.Wait()
				began := time.Now()
				h.Stop()
				require.Zero(t, time.Since(began))
				synctest.Wait()
				require.Empty(t, daemonGoroutines())
				_, end, err := readToEnd(c)
				require.NoError(t, err)
				if end != faultdaemon.EndEOF {
					require.Contains(t, h.kinds(1), faultdaemon.EventReset)
				}
			})
		})
	}
}

func TestStopWaitsForAHandler(t *testing.T) {
	begun, finish := make(chan bool), make(chan bool)
	var finished atomic.Bool
	cfg := faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		begun <- true
		<-finish
		finished.Store(true)
		return request
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		finished.Store(false)
		c := h.client()
		c.send("ping\n")
		<-begun
		stopped := make(chan bool)
		go func() {
			h.Stop()
			stopped <- finished.Load()
		}()
		eventually(t, func() bool { return h.Addr() == nil })
		select {
		case <-stopped:
			require.Fail(t, "Stop has returned and the handler has not")
		default:
		}
		close(finish)
		require.True(t, <-stopped)
		finish = make(chan bool)
		c.ends("", faultdaemon.EndEOF)
	})
}

// The context of an exchange ends when Stop begins, for handlers that wait.
func TestStopEndsTheExchangesContext(t *testing.T) {
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		<-e.Context().Done()
		return nil, e.Context().Err()
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		h.called(1)
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
		require.Equal(t, context.Canceled.Error(), h.event(faultdaemon.EventError).Detail)
	})
}

func TestNoUserCodeRunsAfterStop(t *testing.T) {
	var stopped, late atomic.Bool
	seen := func() {
		if stopped.Load() {
			late.Store(true)
		}
	}
	mine, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "mine", Stage: faultdaemon.StageRespond,
		Do: func(e *faultdaemon.Exchange) error {
			seen()
			defer seen()
			return faultdaemon.Send(faultdaemon.Response)(e)
		},
	})
	require.NoError(t, err)
	cfg := faultdaemon.Config{
		Fault: "mine", Catalogues: []*faultdaemon.Catalogue{mine},
		FaultMatcher:    func([]byte) bool { seen(); return true },
		ResponseHandler: func(request []byte) []byte { seen(); return request },
	}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		stopped.Store(false)
		hammering := make(chan error)
		go func() {
			hammering <- inParallel(20, func(int) error {
				for {
					conn, err := h.dial()
					if err != nil {
						return nil // stopped
					}
					for err == nil {
						err = talk(conn, "ping\n", "ping\n")
					}
					_ = conn.Close()
				}
			})
		}()
		h.called(500)
		h.Stop()
		stopped.Store(true)
		require.NoError(t, <-hammering)
		require.False(t, late.Load())
	})
}

func TestStopWhileALargeWriteBlocks(t *testing.T) {
	large := make([]byte, 32<<20) // more than any socket holds
	cfg := faultdaemon.Config{ResponseHandler: func([]byte) []byte { return large }}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		c.reads("\x00") // the write has begun
		began := time.Now()
		h.Stop()
		require.Less(t, time.Since(began), 2*time.Second)
		got, end, err := readToEnd(c)
		require.NoError(t, err)
		require.Equal(t, faultdaemon.EndEOF, end)
		require.Less(t, len(got), len(large)-1)
	})
}

// A blocked write ends with its client, too.
func TestLargeWriteEndsWithItsClient(t *testing.T) {
	large := make([]byte, 32<<20)
	cfg := faultdaemon.Config{ResponseHandler: func([]byte) []byte { return large }}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		c.reads("\x00")
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
	})
}

// Connections that come while the daemon stops end cleanly or are refused.
func TestStopWhileClientsConnect(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			for range 20 {
				h := start(t, network, faultdaemon.Config{})
				var connected atomic.Int64
				dialing := make(chan error)
				go func() {
					dialing <- inParallel(8, func(int) error {
						for {
							conn, err := h.dial()
							if err != nil {
								return nil
							}
							connected.Add(1)
							_, end, err := readToEnd(conn)
							_ = conn.Close()
							if err != nil || end == faultdaemon.EndOpen {
								return errors.Join(err, errors.New("the connection is still open"))
							}
						}
					})
				}()
				eventually(t, func() bool { return connected.Load() >= 8 })
				h.Stop()
				require.NoError(t, <-dialing)
			}
		})
	}
}
