package faulttest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// A client that does nothing wrong on pipes is right under every fault, in
// virtual time.
func TestACorrectClientOverPipes(t *testing.T) {
	for name, calls := range map[string]int{"one call": 1, "two calls": 2} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), overPipes(libraryCalls(calls)), &faulttest.Options{StrictGrades: true})
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
			require.Len(t, report.Results, len(faultdaemon.Builtin().All())+len(listen.Faults.All()))
			require.Equal(t, 5*time.Second, report.Patience)
		})
	}
}

// The verdicts of two calls are those on a plain connection: what differs is
// how the end of the server looks, and not whether it is seen.
func TestVerdictsOverPipes(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), overPipes(libraryCalls(2)), nil)
	require.NoError(t, report.Err)
	got := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range report.Results {
		if _, listed := verdictsOfTwice[r.Fault]; listed {
			got[r.Fault] = r.Verdict
		}
	}
	require.Equal(t, verdictsOfTwice, got)
}

func TestBrokenClientsOverPipes(t *testing.T) {
	for name, c := range map[string]struct {
		use   func(context.Context, *library) (string, error)
		fault faultdaemon.Fault
		want  faulttest.Verdict
	}{
		"waits for ever for a reply":      {waitsForTheServer, faultdaemon.FaultHangBeforeResponse, faulttest.Hung},
		"takes half a line for an answer": {scansLines, faultdaemon.FaultPartialResponse, faulttest.WrongAnswer},
		"takes a reset for an answer":     {scansLines, faultdaemon.FaultResetAfterRead, faulttest.WrongAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), overPipes(c.use), only(c.fault))
			require.NoError(t, report.Err)
			require.Equal(t, c.want, report.Results[0].Verdict)
			require.False(t, report.Results[0].OK)
			require.Empty(t, report.Results[0].Leaks)
		})
	}
}

func TestACorrectClientOverPipesOnTheRealClock(t *testing.T) {
	t.Parallel() // it mostly waits
	report := faulttest.Judge(t, statusDaemon(), overPipes(libraryCalls(2)), &faulttest.Options{Real: true, Only: []faultdaemon.Fault{
		faultdaemon.FaultCloseAfterRead, faultdaemon.FaultResetAfterRead, faultdaemon.FaultPartialResponse, faultdaemon.FaultHalfClose,
		faultdaemon.FaultCloseReadSide, faultdaemon.FaultStopReading, faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultSplitAt}})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
}

// A server that never reads takes 64 KiB of a request.
func TestADaemonThatNeverReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stdio, stop := pipesTo(t, faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept})
		var n int
		var err error
		go func() { n, err = stdio.Stdin.Write(make([]byte, 1<<20)) }()
		synctest.Wait()
		require.NoError(t, err, "it blocks")
		stop()
		synctest.Wait()
		require.Equal(t, 65536, n)
		require.EqualError(t, err, "write |1: broken pipe")
	})
}

// Of the same request a socket takes what its buffer holds, which differs from
// system to system.
func TestADaemonThatNeverReadsASocket(t *testing.T) {
	t.Parallel() // it mostly waits
	d := faulttest.Start(t, faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept})
	stdio, err := faulttest.Pipes(t.Context(), func(ctx context.Context) (net.Conn, error) {
		conn, err := d.Dial(ctx)
		if err == nil {
			err = conn.SetWriteDeadline(time.Now().Add(time.Second)) // a busy machine writes the first bytes late
		}
		return conn, err
	})
	require.NoError(t, err)
	defer func() { _, _ = stdio.Stdin.Close(), stdio.Stdout.Close() }()
	n, err := stdio.Stdin.Write(make([]byte, 4<<20))
	require.EqualError(t, err, "write |1: i/o timeout")
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	t.Logf("%d bytes", n)
	require.Positive(t, n)
}

// The connection is closed with the second end, whichever that is.
func TestBothPipesAreTheConnection(t *testing.T) {
	for name, order := range map[string]func(*faulttest.Stdio) [2]io.Closer{
		"stdin first":  func(s *faulttest.Stdio) [2]io.Closer { return [2]io.Closer{s.Stdin, s.Stdout} },
		"stdout first": func(s *faulttest.Stdio) [2]io.Closer { return [2]io.Closer{s.Stdout, s.Stdin} },
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := memnet.Pipe()
			stdio, err := faulttest.Pipes(t.Context(), func(context.Context) (net.Conn, error) { return client, nil })
			require.NoError(t, err)
			ends := order(stdio)
			require.NoError(t, ends[0].Close())
			require.NoError(t, client.SetDeadline(time.Time{}), "it is open")
			require.NoError(t, ends[1].Close())
			require.ErrorIs(t, client.SetDeadline(time.Time{}), net.ErrClosed)
		})
	}
}

// The daemon sees its client go when both ends are closed or it kills the
// server, and not before.
func TestTheDaemonSeesPipesEnd(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*faulttest.Stdio)
		gone bool
	}{
		"both":   {func(s *faulttest.Stdio) { _, _ = s.Stdin.Close(), s.Stdout.Close() }, true},
		"kill":   {(*faulttest.Stdio).Kill, true},
		"stdin":  {func(s *faulttest.Stdio) { _ = s.Stdin.Close() }, false},
		"stdout": {func(s *faulttest.Stdio) { _ = s.Stdout.Close() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var gone bool
				stdio, stop := pipesTo(t, faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse, Trace: func(ev faultdaemon.Event) {
					gone = gone || ev.Kind == faultdaemon.EventGone
				}})
				_, err := io.WriteString(stdio.Stdin, "ping\n")
				require.NoError(t, err)
				synctest.Wait()
				require.False(t, gone)
				c.end(stdio)
				synctest.Wait()
				require.Equal(t, c.gone, gone)
				stop()
			})
		})
	}
}

// So does a daemon on a socket.
func TestADaemonOnASocketSeesAKill(t *testing.T) {
	hung, gone := make(chan struct{}), make(chan struct{})
	d := faulttest.Start(t, faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse, Trace: func(ev faultdaemon.Event) {
		switch ev.Kind {
		case faultdaemon.EventHung:
			close(hung)
		case faultdaemon.EventGone:
			close(gone)
		}
	}})
	stdio, err := faulttest.Pipes(t.Context(), d.Dial)
	require.NoError(t, err)
	defer func() { _, _ = stdio.Stdin.Close(), stdio.Stdout.Close() }()
	_, err = io.WriteString(stdio.Stdin, "ping\n")
	require.NoError(t, err)
	<-hung
	stdio.Kill()
	<-gone
}

// The end of the context is none of the server's, unless the client says so.
func TestPipesOutliveTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{})
		require.NoError(t, d.Start())
		defer d.Stop()
		ctx, cancel := context.WithCancel(t.Context())
		stdio, err := faulttest.Pipes(ctx, d.Dial)
		require.NoError(t, err)
		cancel()
		synctest.Wait()
		_, err = io.WriteString(stdio.Stdin, "ping\n")
		require.NoError(t, err)
		buf := make([]byte, 8)
		n, err := stdio.Stdout.Read(buf)
		require.NoError(t, err)
		require.Equal(t, "ping\n", string(buf[:n]))

		context.AfterFunc(ctx, stdio.Kill)
		synctest.Wait()
		_, err = stdio.Stdout.Read(buf)
		require.Equal(t, io.EOF, err)
		_, err = io.WriteString(stdio.Stdin, "ping\n")
		require.ErrorIs(t, err, syscall.EPIPE)

		_, err = faulttest.Pipes(ctx, d.Dial)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestPipesOfAConnectionWithoutHalves(t *testing.T) {
	client, server := net.Pipe()
	_, err := faulttest.Pipes(t.Context(), func(context.Context) (net.Conn, error) { return client, nil })
	require.EqualError(t, err, "faulttest: Pipes: the Dialer returned a *net.pipe, which has no CloseRead and CloseWrite: "+
		"pass the Dialer that the client was given")
	_, err = server.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err, "it is closed")
}

// Whatever the sizes of writes and reads, what comes is what was sent, both
// ways at once.
func TestBytesComeThroughPipesUnchanged(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			client, server := memnet.Pipe()
			stdio, err := faulttest.Pipes(t.Context(), func(context.Context) (net.Conn, error) { return client, nil })
			require.NoError(t, err)
			there := passes(seed, 2*seed, stdio.Stdin, server)
			back := passes(seed, 2*seed+1, halfWriter{server}, stdio.Stdout)
			require.NoError(t, errors.Join(<-there, <-back), "seed %d", seed)
			require.NoError(t, stdio.Stdout.Close())
			_, err = server.Write([]byte("x"))
			require.ErrorIs(t, err, syscall.EPIPE)
		})
	}
}

// halfWriter is a server's stdout.
type halfWriter struct{ *memnet.Conn }

func (w halfWriter) Close() error { return w.CloseWrite() }

// passes sends random bytes from w to r, and says what is wrong with what
// comes.
func passes(seed, stream uint64, w io.WriteCloser, r io.Reader) <-chan error {
	rng := rand.New(rand.NewPCG(seed, stream))
	text := make([]byte, rng.IntN(300<<10))
	for i := range text {
		text[i] = byte(rng.Uint32())
	}
	done := make(chan error, 1)
	writing, reading := rand.New(rand.NewPCG(rng.Uint64(), 0)), rand.New(rand.NewPCG(rng.Uint64(), 0))
	failed := make(chan error, 1)
	go func() {
		for rest := text; len(rest) > 0; {
			n, err := w.Write(rest[:min(len(rest), randomSize(writing))])
			if err != nil {
				failed <- err
				return
			}
			rest = rest[n:]
		}
		failed <- w.Close()
	}()
	go func() {
		var got []byte
		for {
			buf := make([]byte, randomSize(reading))
			n, err := r.Read(buf)
			got = append(got, buf[:n]...)
			switch {
			case err == nil:
				continue
			case err != io.EOF:
			case !bytes.Equal(text, got):
				err = errors.New("other bytes")
			default:
				err = <-failed
			}
			done <- err
			return
		}
	}()
	return done
}

// randomSize is between 1 and 128 KiB, and small as often as large.
func randomSize(rng *rand.Rand) int { return 1 + rng.IntN(1<<rng.IntN(18)) }

// pipesTo are pipes to a daemon in memory, which stop stops.
func pipesTo(t *testing.T, cfg faultdaemon.Config) (stdio *faulttest.Stdio, stop func()) {
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	stdio, err := faulttest.Pipes(t.Context(), d.Dial)
	require.NoError(t, err)
	return stdio, d.Stop
}
