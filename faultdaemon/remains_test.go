package faultdaemon_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// What is not the daemon's stays, whatever it was that the daemon had left there.
func TestWhatIsNotOursStays(t *testing.T) {
	write := func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600)) }
	replace := func(t *testing.T, path string) {
		require.NoError(t, os.Remove(path))
		write(t, path)
	}
	isMine := func(t *testing.T, path string) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "mine", string(text))
	}
	for name, c := range map[string]struct {
		fault  faultdaemon.Fault
		change func(t *testing.T, path string)
		stays  func(t *testing.T, path string)
	}{
		"a file":         {listen.FaultSocketIsFile, replace, isMine},
		"a stale socket": {listen.FaultSocketStale, replace, isMine},
		"a link":         {listen.FaultPathDangling, replace, isMine},
		"a full socket":  {listen.FaultBacklogFull, replace, isMine},
		"nothing":        {listen.FaultSocketAbsent, write, isMine},
		"the socket":     {listen.FaultRefuseAfter, replace, isMine},
		"a link by a link": {listen.FaultPathDangling, func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink("mine", path))
		}, func(t *testing.T, path string) {
			to, err := os.Readlink(path)
			require.NoError(t, err)
			require.Equal(t, "mine", to)
		}},
		"a directory": {listen.FaultSocketIsDirectory, func(t *testing.T, path string) { write(t, filepath.Join(path, "file")) },
			func(t *testing.T, path string) { isMine(t, filepath.Join(path, "file")) }},
	} {
		t.Run(name, func(t *testing.T) {
			for how, end := range map[string]func(host){
				"stop":         func(h host) { h.Stop() },
				"heal":         func(h host) { h.SetFault(faultdaemon.FaultNone) },
				"another":      func(h host) { h.SetFault(listen.FaultSocketStale) },
				"another link": func(h host) { h.SetFault(listen.FaultPathDangling) },
			} {
				t.Run(how, func(t *testing.T) {
					h := startPlace(t, "unix", listening(t, c.fault))
					c.change(t, h.address)
					end(h)
					c.stays(t, h.address)
					h.Stop()
					c.stays(t, h.address)
				})
			}
		})
	}
}

// A daemon whose path is another's heals when that is gone.
func TestHealsWhenThePathIsFree(t *testing.T) {
	h := startPlace(t, "unix", listening(t, listen.FaultSocketIsDirectory))
	file := filepath.Join(h.address, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	h.SetFault(faultdaemon.FaultNone)
	require.Contains(t, h.event(faultdaemon.EventError).Detail, "directory not empty")
	require.NoError(t, os.RemoveAll(h.address))
	h.SetFault(faultdaemon.FaultNone)
	h.isHealthy()
}

// A renewed daemon does not take the path from somebody else.
func TestReplacedLeavesAnothersFile(t *testing.T) {
	h := startPlace(t, "unix", listening(t, listen.FaultReplaced))
	c := h.client()
	require.NoError(t, os.Remove(h.address))
	require.NoError(t, os.WriteFile(h.address, []byte("mine"), 0o600))
	c.exchange("ping\n", "ping\n")
	h.event(faultdaemon.EventNotFired)
	h.Stop()
	text, err := os.ReadFile(h.address)
	require.NoError(t, err)
	require.Equal(t, "mine", string(text))
}

// What Start refuses it refuses whatever the fault, and changes nothing.
func TestStartRefusesUnderAListenFault(t *testing.T) {
	for name, path := range map[string]func(t *testing.T) string{
		"a file": func(t *testing.T) string {
			path := faulttest.TempSocket(t)
			require.NoError(t, os.WriteFile(path, nil, 0o600))
			return path
		},
		"a directory": func(t *testing.T) string {
			path := faulttest.TempSocket(t)
			require.NoError(t, os.Mkdir(path, 0o700))
			return path
		},
		"a live daemon": func(t *testing.T) string {
			return start(t, "unix", faultdaemon.Config{}).address
		},
		"too long": func(t *testing.T) string {
			return filepath.Join(filepath.Dir(faulttest.TempSocket(t)), strings.Repeat("x", 200))
		},
		"a file in the way": func(t *testing.T) string {
			path := faulttest.TempSocket(t)
			require.NoError(t, os.WriteFile(path, nil, 0o600))
			return filepath.Join(path, "s")
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := path(t)
			before := entries(t, filepath.Dir(path))
			want := faultdaemon.New(path, faultdaemon.Config{}).Start()
			require.Error(t, want)
			for _, c := range closed {
				if c.fault == listen.FaultSocketForbidden && os.Geteuid() == 0 {
					continue // it does not fire, and the daemon is a healthy one
				}
				d := faultdaemon.New(path, listening(t, c.fault))
				require.EqualError(t, d.Start(), want.Error(), c.fault)
				require.Nil(t, d.Addr())
				require.Equal(t, before, entries(t, filepath.Dir(path)), c.fault)
				d.Stop()
			}
		})
	}
}

// A longest path has room for nothing beside it but what is as long.
func TestLongestPath(t *testing.T) {
	dir := filepath.Dir(faulttest.TempSocket(t))
	longest := len(syscall.RawSockaddrUnix{}.Path) - 1
	for _, last := range []string{"x", "~"} {
		path := filepath.Join(dir, strings.Repeat("s", longest-len(dir)-2)+last)
		for _, fault := range []faultdaemon.Fault{listen.FaultSocketStale, listen.FaultBacklogFull, listen.FaultReplaced} {
			h := host{FaultDaemon: faultdaemon.New(path, listening(t, fault)), t: t, network: "unix", address: path}
			require.NoError(t, h.Start())
			if fault == listen.FaultReplaced {
				h.isHealthy()
				eventually(t, func() bool { return h.Fired()[fault] == 1 })
			}
			h.SetFault(faultdaemon.FaultNone)
			h.isHealthy()
			h.Stop()
			isEmpty(t, h)
		}
	}
}

// A directory that Start makes for a fault is not left where the fault fails.
func TestStepThatFailsIsAnErrorOfStart(t *testing.T) {
	fails := func(*faultdaemon.Exchange) error { return errTest }
	panics := func(*faultdaemon.Exchange) error { panic("of the test") }
	writes := func(e *faultdaemon.Exchange) error { _, err := e.Write([]byte("x")); return err }
	for name, c := range map[string]struct {
		do   faultdaemon.Step
		says string
	}{
		"an error": {fails, errTest.Error()},
		"a panic":  {panics, "own has panicked"},
	} {
		t.Run(name, func(t *testing.T) {
			path := faulttest.TempSocket(t)
			d := faultdaemon.New(path, listening(t, "own", listen.Leave(faultdaemon.FoundFile), c.do))
			require.ErrorContains(t, d.Start(), c.says)
			require.Empty(t, entries(t, filepath.Dir(path)))
			require.Nil(t, d.Addr())
			d.SetFault(faultdaemon.FaultNone)
			require.NoError(t, d.Start())
			d.Stop()
		})
	}
	d := faultdaemon.New("", listening(t, "own", writes))
	require.NoError(t, d.Start(), "as when a client is gone")
	d.Stop()
}

// entries lists what is in a directory, with its kind.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	require.NoError(t, err)
	var all []string
	for _, e := range list {
		all = append(all, e.Name()+" "+e.Type().String())
	}
	return all
}

// Daemons beside each other do not meet.
func TestTwoDaemonsInOneDirectory(t *testing.T) {
	dir := filepath.Dir(faulttest.TempSocket(t))
	var all sync.WaitGroup
	for _, name := range []string{"daemon.1", "daemon.2"} {
		all.Go(func() {
			path := filepath.Join(dir, name)
			d := faultdaemon.New(path, listening(t, faultdaemon.FaultNone))
			if err := d.Start(); err != nil {
				t.Error(err)
				return
			}
			for range 20 {
				for _, c := range closed {
					d.SetFault(c.fault)
					d.SetFault(faultdaemon.FaultNone)
					conn, err := net.Dial("unix", path)
					if err != nil {
						t.Error(err, d.Events())
						return
					}
					_ = conn.Close()
				}
			}
			d.Stop()
		})
	}
	all.Wait()
	require.Empty(t, entries(t, dir))
}

// Whoever changes the fault while the daemon stops, nothing is left.
func TestSetFaultAmongStops(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			h := startPlace(t, network, listening(t, faultdaemon.FaultNone))
			for range 30 {
				var all sync.WaitGroup
				for _, c := range closed {
					all.Go(func() { h.SetFault(c.fault) })
				}
				all.Go(func() {
					if conn, err := h.dialWithin(moment); err == nil {
						_ = conn.Close()
					}
				})
				all.Go(h.Stop)
				all.Wait()
				h.Stop()
				isEmpty(t, h)
				h.SetFault(faultdaemon.FaultNone)
				require.NoError(t, h.Start())
				h.isHealthy()
			}
		})
	}
}

func TestStartOnTCPAndStart(t *testing.T) {
	d := faultdaemon.New("", listening(t, listen.FaultSocketAbsent))
	l := listenTCP(t)
	require.NoError(t, d.StartOn(l))
	t.Cleanup(d.Stop)
	require.Equal(t, l.Addr().String(), d.Addr().String())
	require.NoError(t, d.Start(), "beside it, and healthy: the fault acts in one place")
	host{FaultDaemon: d, t: t, network: "memory"}.isHealthy()
	host{FaultDaemon: d, t: t, network: "tcp", address: l.Addr().String()}.refused(syscall.ECONNREFUSED)
	require.ErrorContains(t, d.Start(), "already started on memory")
	d.Stop()
	require.NoError(t, d.Start())
	host{FaultDaemon: d, t: t, network: "memory"}.refused(syscall.ENOENT)
}

// Where StartOn fails the listener is closed.
func TestStartOnThatFails(t *testing.T) {
	l := listenTCP(t)
	d := faultdaemon.New("", listening(t, "own", func(*faultdaemon.Exchange) error { return errTest }))
	require.ErrorIs(t, d.StartOn(l), errTest)
	require.Nil(t, d.Addr())
	_, err := net.Dial("tcp", l.Addr().String())
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}
