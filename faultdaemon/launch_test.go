package faultdaemon_test

import (
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// What a launch does where clients find each of these, on a socket and in memory.
func TestLaunch(t *testing.T) {
	const started, second = faultdaemon.EventLaunched, faultdaemon.EventSecondDaemon
	for fault, tt := range map[faultdaemon.Fault]struct {
		event  faultdaemon.EventKind
		detail string
		failed string
	}{
		faultdaemon.FaultNone:                  {second, "a live daemon's socket", "a daemon is alive"},
		faultdaemon.FaultCloseAfterRead:        {second, "a live daemon's socket", "a daemon is alive"},
		listen.FaultBacklogFull:                {second, "a socket whose backlog is full", "a daemon is alive"},
		listen.FaultSocketAbsent:               {started, "nothing", ""},
		listen.FaultSocketAbsent.With("200ms"): {started, "nothing", ""},
		listen.FaultSocketStale:                {started, "a socket that nobody listens on", ""},
		listen.FaultSocketIsFile:               {started, "a regular file", "a regular file is at"},
		listen.FaultSocketIsDirectory:          {started, "a directory", "a directory is at"},
		listen.FaultPathDangling:               {started, "a symbolic link to nothing", "a symbolic link to nothing is at"},
	} {
		for _, path := range []string{"", filepath.Join(t.TempDir(), "s")} {
			t.Run(string(fault)+path, func(t *testing.T) {
				d := faultdaemon.New(path, faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{listen.Faults}, Fault: fault})
				require.NoError(t, d.Start())
				defer d.Stop()
				err := d.Launch()
				last := d.Events()[len(d.Events())-1]
				for _, ev := range d.Events() {
					if ev.Kind == started || ev.Kind == second {
						last = ev
					}
				}
				require.Equal(t, tt.event, last.Kind)
				require.Equal(t, tt.detail, last.Detail)
				if tt.failed != "" {
					require.ErrorContains(t, err, tt.failed)
					return
				}
				require.NoError(t, err)
				conn, err := d.Dial(t.Context())
				require.NoError(t, err)
				require.NoError(t, conn.Close())
				require.ErrorContains(t, d.Launch(), "a daemon is alive", "it is there now")
				d.SetFault(listen.FaultSocketStale)
				_, err = d.Dial(t.Context())
				require.Error(t, err, "another fault acts")
				require.NoError(t, d.Launch())
			})
		}
	}
}

// A daemon that is stopped, or that serves a listener which it cannot make again.
func TestLaunchElsewhere(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{})
	require.ErrorContains(t, d.Launch(), "call Start first")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, d.StartOn(struct{ net.Listener }{l}))
	defer d.Stop()
	require.ErrorContains(t, d.Launch(), "a daemon is alive")
}
