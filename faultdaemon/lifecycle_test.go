package faultdaemon_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestStartTwiceIsAnError(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{})
	require.EqualError(t, h.Start(), "faultdaemon: start: already started on "+h.SocketPath()+": stop it first")
	h.client().exchange("ping\n", "ping\n")

	memory := start(t, "memory", faultdaemon.Config{})
	require.EqualError(t, memory.Start(), "faultdaemon: start: already started on memory: stop it first")
	memory.client().exchange("ping\n", "ping\n")
}

func TestStopIsHarmless(t *testing.T) {
	path := faulttest.TempSocket(t)
	d := faultdaemon.New(path, faultdaemon.Config{})
	before := tree(t, filepath.Dir(path))
	d.Stop()
	d.Stop()
	require.NoError(t, d.Start())
	d.Stop()
	d.Stop()
	require.Equal(t, before, tree(t, filepath.Dir(path)))
	require.Nil(t, d.Addr())
}

func TestStartAfterStop(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			h := start(t, network, faultdaemon.Config{})
			for _, text := range []string{"one\n", "two\n", "three\n"} {
				h.client().exchange(text, text)
				h.Stop()
				require.NoError(t, h.Start())
			}
			require.EqualValues(t, 3, h.ConnectionCount(), "counters go on")
			require.Equal(t, []string{"one\n", "two\n", "three\n"}, h.requests(), "and so do calls")
			require.Equal(t, []faultdaemon.EventKind{
				faultdaemon.EventStarted, faultdaemon.EventStopped,
				faultdaemon.EventStarted, faultdaemon.EventStopped,
				faultdaemon.EventStarted, faultdaemon.EventStopped,
				faultdaemon.EventStarted,
			}, h.kinds(0))
			h.ResetCalls()
			require.Empty(t, h.GetCalls())
			require.NotNil(t, h.GetCalls())
		})
	}
}

func TestFailedStartCanBeTriedAgain(t *testing.T) {
	live := start(t, "unix", faultdaemon.Config{})
	d := faultdaemon.New(live.SocketPath(), faultdaemon.Config{})
	require.Error(t, d.Start())
	require.Nil(t, d.Addr())
	live.Stop()
	require.NoError(t, d.Start())
	d.Stop()
}

func TestDialBeforeStart(t *testing.T) {
	for _, path := range []string{"", faulttest.TempSocket(t)} {
		d := faultdaemon.New(path, faultdaemon.Config{})
		for range 2 { // before Start and after Stop
			conn, err := d.Dial(t.Context())
			require.EqualError(t, err, "faultdaemon: dial: the daemon is stopped: call Start first")
			require.True(t, conn == nil, "no typed nil")
			require.NoError(t, d.Start())
			d.Stop()
		}
	}
}

func TestDialHonoursItsContext(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		h := start(t, network, faultdaemon.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		conn, err := h.Dial(ctx)
		require.Error(t, err)
		require.True(t, conn == nil, "no typed nil")
	}
}

func TestAddr(t *testing.T) {
	memory := start(t, "memory", faultdaemon.Config{})
	require.Equal(t, "memory", memory.Addr().Network())
	require.Empty(t, memory.SocketPath())
	unix := start(t, "unix", faultdaemon.Config{})
	require.Equal(t, "unix", unix.Addr().Network())
	require.Equal(t, unix.SocketPath(), unix.Addr().String())
	tcp := start(t, "tcp", faultdaemon.Config{})
	require.Equal(t, "tcp", tcp.Addr().Network())
	require.Equal(t, tcp.address, tcp.Addr().String())
}

// Only one of many Starts wins; whatever comes when, nothing hangs, nothing
// races and the last Stop leaves nothing.
func TestConcurrentStartsAndStops(t *testing.T) {
	for _, path := range []string{"", faulttest.TempSocket(t)} {
		d := faultdaemon.New(path, faultdaemon.Config{})
		var started atomic.Int64
		require.NoError(t, inParallel(16, func(int) error {
			if d.Start() == nil {
				started.Add(1)
			}
			return nil
		}))
		require.EqualValues(t, 1, started.Load())
		require.NoError(t, inParallel(16, func(i int) error {
			for range 20 {
				switch i % 4 {
				case 0:
					d.Stop()
				case 1:
					_ = d.Start() // fails while another one's holds
				case 2:
					_ = d.Addr()
					d.SetFault(faultdaemon.FaultHangOnAccept)
				case 3:
					if conn, err := d.Dial(context.Background()); err == nil {
						_ = conn.Close()
					}
				}
			}
			return nil
		}))
		d.Stop()
		require.Nil(t, d.Addr())
		if path != "" {
			require.NoFileExists(t, path)
		}
	}
}

// A second Stop waits like the first, and in virtual time both waits are
// durable: the handler's second costs nothing.
func TestConcurrentStopsInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var returned atomic.Bool
		h := start(t, "memory", faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
			<-time.After(time.Second)
			returned.Store(true)
			return request
		}})
		h.client().send("ping\n")
		synctest.Wait()
		began := time.Now()
		require.NoError(t, inParallel(3, func(int) error {
			h.Stop()
			if !returned.Load() {
				return errors.New("Stop returned before the handler")
			}
			return nil
		}))
		require.Equal(t, time.Second, time.Since(began))
	})
}

// A Start that comes while the daemon still stops waits for that.
func TestStartWhileStoppingInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
			<-time.After(time.Second)
			return request
		}})
		h.client().send("ping\n")
		synctest.Wait()
		began := time.Now()
		go h.Stop()
		synctest.Wait()
		require.Nil(t, h.Addr(), "a daemon that stops takes nobody")
		_, err := h.Dial(t.Context())
		require.Error(t, err)
		require.NoError(t, h.Start())
		require.Equal(t, time.Second, time.Since(began))
		h.client().exchange("ping\n", "ping\n")
	})
}

func TestServeAfterStopServes(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{})
	h.Stop()
	address := serve(t, h.FaultDaemon, listenTCP(t))
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, talk(conn, "ping\n", "ping\n"))
	require.NoError(t, conn.Close())
}

// A Start that fails begins nothing that would have to be stopped, and ends nothing that
// runs beside it.
func TestAFailedStartLeavesEverythingAsItWas(t *testing.T) {
	directory := t.TempDir()
	d := faultdaemon.New(directory, faultdaemon.Config{})
	require.ErrorContains(t, d.Start(), "is a directory")
	d.Stop()
	require.Empty(t, d.Events())

	address := serve(t, d, listenTCP(t))
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, talk(conn, "one\n", "one\n"))
	require.ErrorContains(t, d.Start(), "is a directory")
	require.NoError(t, talk(conn, "two\n", "two\n"))
	require.Equal(t, address, d.Addr().String())
}
