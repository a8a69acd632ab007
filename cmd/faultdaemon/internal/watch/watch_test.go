package watch

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A watcher is what both are.
type watcher interface {
	Started(d *faultdaemon.FaultDaemon, addresses []string)
	Events(events []faultdaemon.Event, missed int64)
	Stopped()
}

// watched has a watcher see two clients of a daemon in front of another, of which the
// first meets a fault. meanwhile is called while the second is connected.
func watched(t *testing.T, w watcher, meanwhile func(d *faultdaemon.FaultDaemon)) {
	real := faultdaemon.New("", faultdaemon.Config{})
	require.NoError(t, real.Start())
	defer real.Stop()
	plan, err := faultdaemon.ParsePlan("1*close_after_read->2/slow_response(50ms)")
	require.NoError(t, err)
	feed := &control.Feed{}
	d := faultdaemon.New("", faultdaemon.Config{Upstream: real.Dial, Plan: plan, Seed: 7, Trace: feed.Add})
	require.NoError(t, d.Start())
	followed := make(chan error, 1)
	w.Started(d, []string{"unix:/tmp/s"})
	go func() {
		followed <- feed.Follow(context.Background(), true, func(events []faultdaemon.Event, missed int64) error {
			w.Events(events, missed)
			return nil
		})
	}()
	defer func() {
		d.Stop()
		feed.Close()
		require.NoError(t, <-followed)
		w.Stopped()
	}()
	first := dial(t, d)
	say(t, first, "lost\n", "")
	require.NoError(t, first.Close())
	second := dial(t, d)
	say(t, second, "one\n", "one\n")
	say(t, second, "two\n", "two\n")
	synctest.Wait()
	meanwhile(d)
	require.NoError(t, second.Close())
}

func dial(t *testing.T, d *faultdaemon.FaultDaemon) net.Conn {
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	return conn
}

// say sends a request and reads this reply, "" for the end.
func say(t *testing.T, conn net.Conn, request, reply string) {
	_, err := io.WriteString(conn, request)
	require.NoError(t, err)
	if reply == "" {
		_, err := conn.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		return
	}
	got := make([]byte, len(reply))
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, reply, string(got))
}

// utc has times of day be those of UTC, in which bubbles begin at midnight.
func utc(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
}

const lines = `00:00:00.000 connection 1, exchange 1: fault: by 1*close_after_read [close_after_read]
00:00:00.000 connection 2, exchange 2: fault: by 2/slow_response(50ms) [slow_response(50ms)]
00:00:00.000 connection 2, exchange 2: request passed on [slow_response(50ms)]
00:00:00.000 connection 2, exchange 2: request handled: 4 bytes [slow_response(50ms)]
00:00:00.050 connection 2, exchange 2: waited: 50ms [slow_response(50ms)]
00:00:00.050 connection 2, exchange 2: bytes written: 4 bytes at 0 [slow_response(50ms)]
`

// A pipe has a line for what is not healthy, and none for the rest.
func TestPlain(t *testing.T) {
	utc(t)
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		watched(t, NewPlain(&out), func(*faultdaemon.FaultDaemon) {})
		require.Equal(t, lines+"3 requests on 2 connections; faults: close_after_read 1, slow_response(50ms) 1\n", out.String())
	})
}

func TestPlainSaysWhatItHasMissed(t *testing.T) {
	var out strings.Builder
	p := NewPlain(&out)
	p.Events([]faultdaemon.Event{{Kind: faultdaemon.EventRead}, {Kind: faultdaemon.EventError, Detail: "oops"}}, 3)
	require.Equal(t, "3 events not shown: there were too many at once\n00:00:00.000 error: oops\n", out.String())
}

// A screen is a terminal that knows what Live needs of one.
type screen struct {
	lines  []string
	row    int
	writes int
}

func (s *screen) Write(p []byte) (int, error) {
	s.writes++
	rest := strings.TrimPrefix(string(p), "\r")
	if digits, after, found := strings.Cut(strings.TrimPrefix(rest, "\x1b["), "A"); found && strings.HasPrefix(rest, "\x1b[") && len(digits) < 3 {
		up := 0
		for _, c := range digits {
			up = up*10 + int(c-'0')
		}
		s.row, rest = s.row-up, after
	}
	if after, found := strings.CutPrefix(rest, "\x1b[J"); found {
		s.lines, rest = s.lines[:s.row], after
	}
	for line := range strings.Lines(rest) {
		s.lines = append(s.lines, strings.TrimSuffix(line, "\n"))
	}
	s.row = len(s.lines)
	return len(p), nil
}

// A terminal has what is in force, what comes through and what happened last, and
// above it what programs write.
func TestLive(t *testing.T) {
	utc(t)
	text.DisableColors()
	defer text.EnableColors()
	synctest.Test(t, func(t *testing.T) {
		var s screen
		l := NewLive(&s, func() (int, int) { return 80, 24 })
		l.Upstream = "unix:/run/real.sock"
		began := time.Now()
		_, err := io.WriteString(l, "before\n")
		require.NoError(t, err)
		watched(t, l, func(d *faultdaemon.FaultDaemon) {
			_, err := io.WriteString(l, "from a program\nand more")
			require.NoError(t, err)
			<-time.After(300 * time.Millisecond) // of the bubble: the view is drawn after it
			synctest.Wait()
			require.Equal(t, []string{
				"before", "from a program",
				"unix:/tmp/s -> unix:/run/real.sock",
				"in force   1*close_after_read->2/slow_response(50ms)",
				"requests   3, 3 a second",
				"clients    2, 1 connected",
				"fired      close_after_read 1, slow_response(50ms) 1",
			}, s.lines[:7])
			require.Len(t, s.lines, 7+strings.Count(lines, "\n"))
			require.Equal(t, "00:00:00.000 connection 1, exchange 1: fault: by 1*close_after_read [close_a...", s.lines[7])
			d.SetFault(faultdaemon.FaultHalfClose)
			<-time.After(2 * time.Second)
			synctest.Wait()
			require.Equal(t, "in force   half_close", s.lines[3])
			require.Equal(t, "requests   3, 0 a second", s.lines[4])
		})
		require.Equal(t, "clients    2, 0 connected", s.lines[5])
		require.LessOrEqual(t, int64(s.writes), int64(time.Since(began)/interval)+5, "it is drawn four times a second")
	})
}

// What does not fit on the terminal is left out, so that its lines stay in place.
func TestLiveFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s screen
		l := NewLive(&s, func() (int, int) { return 20, 4 })
		watched(t, l, func(*faultdaemon.FaultDaemon) {
			synctest.Wait()
			require.Len(t, s.lines, 3)
			for _, line := range s.lines {
				require.LessOrEqual(t, text.StringWidthWithoutEscSequences(line), 19)
			}
		})
	})
}

// A long plan is there as a whole, and where there is room for a few events, these are
// the last.
func TestLiveShowsWhatMatters(t *testing.T) {
	utc(t)
	text.DisableColors()
	defer text.EnableColors()
	synctest.Test(t, func(t *testing.T) {
		var s screen
		l := NewLive(&s, func() (int, int) { return 40, 11 })
		l.Upstream = "unix:/run/real.sock"
		watched(t, l, func(*faultdaemon.FaultDaemon) {
			<-time.After(300 * time.Millisecond) // of the bubble: the view is drawn after it
			synctest.Wait()
			require.Equal(t, []string{
				"unix:/tmp/s -> unix:/run/real.sock",
				"in force   1*close_after_read->2/slow_r",
				"           esponse(50ms)",
				"requests   3, 3 a second",
				"clients    2, 1 connected",
				"fired      close_after_read 1,",
				"           slow_response(50ms) 1",
				"00:00:00.000 connection 2, exchange ...",
				"00:00:00.050 connection 2, exchange ...",
				"00:00:00.050 connection 2, exchange ...",
			}, s.lines)
		})
	})
}
