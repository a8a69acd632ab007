package stdio_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

func TestBytesPassUnchanged(t *testing.T) {
	const most = 1 << 20
	b := newBridge(t, faultdaemon.Config{MaxRequestBytes: 2 * most, ResponseHandler: reversed})
	c := b.spawn(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 4096, 65536, 65537, random.IntN(most), random.IntN(most), random.IntN(most), most} {
		request := make([]byte, size)
		for i := range request {
			if request[i] = byte(random.Uint32()); request[i] == '\n' {
				request[i] = 0
			}
		}
		request = append(request, '\n')
		written := make(chan error, 1)
		go func() { _, err := c.stdin.Write(request); written <- err }()
		reply := make([]byte, len(request))
		_, err := io.ReadFull(c.stdout, reply)
		require.NoError(t, err)
		require.NoError(t, <-written)
		slices.Reverse(request[:size])
		require.True(t, bytes.Equal(request, reply), "%d bytes", size)
	}
	require.NoError(t, c.stdin.Close())
	require.Zero(t, c.status())
}

// reversed replies the request's line from its end to its beginning.
func reversed(request []byte) []byte {
	reply := bytes.Clone(request)
	slices.Reverse(reply[:len(reply)-1])
	return reply
}

func TestEndOfStdinEndsTheServer(t *testing.T) {
	c := newBridge(t, faultdaemon.Config{}).spawn(t)
	require.Equal(t, "ping\n", c.ask("ping\n"))
	require.NoError(t, c.stdin.Close())
	rest, err := io.ReadAll(c.stdout)
	require.NoError(t, err)
	require.Empty(t, rest)
	require.Zero(t, c.status())
}

func TestReplyAfterTheEndOfStdin(t *testing.T) {
	c := newBridge(t, faultdaemon.Config{Fault: "slow_response(50ms)"}).spawn(t)
	_, err := io.WriteString(c.stdin, "ping\n")
	require.NoError(t, err)
	require.NoError(t, c.stdin.Close())
	all, err := io.ReadAll(c.stdout)
	require.NoError(t, err)
	require.Equal(t, "ping\n", string(all))
	require.Zero(t, c.status())
}

// What a client sends after the end of stdout still arrives.
func TestRequestAfterTheEndOfStdout(t *testing.T) {
	own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
		Name: "half_closes", Stage: faultdaemon.StageRespond,
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response), faultdaemon.CloseWrite),
	})
	require.NoError(t, err)
	b := newBridge(t, faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: "half_closes"})
	c := b.spawn(t)
	require.Equal(t, "ping\n", c.ask("ping\n"))
	_, err = c.stdout.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	_, err = io.WriteString(c.stdin, "more\n")
	require.NoError(t, err)
	require.NoError(t, b.d.WaitForCalls(timeout(t), 2))
	require.NoError(t, c.stdin.Close())
	require.Zero(t, c.status())
}

func TestStopEndsTheProcess(t *testing.T) {
	b := newBridge(t, faultdaemon.Config{})
	c := b.spawn(t)
	require.Equal(t, "ping\n", c.ask("ping\n"))
	b.d.Stop()
	_, err := c.stdout.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	require.Zero(t, c.status())
}

// Whatever a process was told to live on after, it does not outlive its daemon.
func TestStopEndsEveryProcess(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{stdio.FaultIgnoresSigterm, stdio.FaultNeverReady, stdio.FaultStdinNotRead} {
		t.Run(string(fault), func(t *testing.T) {
			b := newBridge(t, faultdaemon.Config{Fault: fault})
			c := b.spawn(t)
			b.d.Stop()
			require.Zero(t, c.status())
		})
	}
}

func TestDaemonSeesThatTheProcessIsKilled(t *testing.T) {
	for _, name := range []string{"idle", "hanging"} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{})
			own, err := faultdaemon.NewCatalogue(faultdaemon.Info{
				Name: "watches", Stage: faultdaemon.StageRespond,
				Do: func(e *faultdaemon.Exchange) error {
					e.OnEnd(func() { close(over) })
					if err := faultdaemon.Send(faultdaemon.Response)(e); err != nil || name == "idle" {
						return err
					}
					return e.Hang()
				},
			})
			require.NoError(t, err)
			b := newBridge(t, faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{own}, Fault: "watches"})
			c := b.spawn(t)
			require.Equal(t, "ping\n", c.ask("ping\n"))
			require.NoError(t, c.cmd.Process.Kill())
			select {
			case <-over:
			case <-timeout(t).Done():
				t.Fatal("the daemon does not see that the process is gone")
			}
		})
	}
}

func TestProcessesAtOnce(t *testing.T) {
	b := newBridge(t, faultdaemon.Config{ResponseHandler: upper})
	one, two := b.spawn(t), b.spawn(t)
	for i := range 20 {
		require.Equal(t, fmt.Sprintf("ONE %d\n", i), one.ask(fmt.Sprintf("one %d\n", i)))
		require.Equal(t, fmt.Sprintf("TWO %d\n", i), two.ask(fmt.Sprintf("two %d\n", i)))
	}
	require.NoError(t, one.cmd.Process.Kill())
	require.Equal(t, -1, one.status())
	require.Equal(t, "STILL HERE\n", two.ask("still here\n"), "the end of one process is not that of another")
	require.EqualValues(t, 2, b.d.ConnectionCount())
}

// A process of which the daemon knows nothing ends with an error.
func TestProcessWithoutADaemon(t *testing.T) {
	b := newBridge(t, faultdaemon.Config{})
	command := b.l.Command()
	command[len(command)-1] += "-elsewhere"
	require.Equal(t, 1, spawn(t, command).status())
}

// A connection that comes from no process is served as by a healthy daemon.
func TestFaultsOfProcessesDoNotFireElsewhere(t *testing.T) {
	faults := []faultdaemon.Fault{"exit_mid_call(1, reply)", "killed_mid_call(TERM, request)"}
	for _, info := range stdio.Faults.All() {
		faults = append(faults, info.Name)
	}
	for _, fault := range faults {
		t.Run(string(fault), func(t *testing.T) {
			d := faultdaemon.New(tempSocket(t), faultdaemon.Config{
				Catalogues: []*faultdaemon.Catalogue{stdio.Faults}, Fault: fault,
				ResponseHandler: func([]byte) []byte { return []byte("pong\n") },
			})
			require.NoError(t, d.Start())
			t.Cleanup(d.Stop)
			conn, err := d.Dial(t.Context())
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "ping\n")
			require.NoError(t, err)
			require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
			reply, err := io.ReadAll(conn)
			require.NoError(t, err)
			require.Equal(t, "pong\n", string(reply))
			for fired, times := range d.Fired() {
				require.Zero(t, times, fired)
			}
			require.Contains(t, reasons(d), faultdaemon.Fault(fault.Name()))
		})
	}
}

// reasons returns which faults did not fire.
func reasons(d *faultdaemon.FaultDaemon) (faults []faultdaemon.Fault) {
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventNotFired && ev.Detail != "" {
			faults = append(faults, faultdaemon.Fault(ev.Fault.Name()))
		}
	}
	return faults
}

// timeout ends when what must come has not come.
func timeout(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
