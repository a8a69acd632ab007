package memnet_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// outcome is what a call on a connection returned.
type outcome struct {
	n   int
	err error
}

// begin runs call in a goroutine, until it blocks or returns. It belongs inside
// a bubble.
func begin(call func() (int, error)) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		n, err := call()
		done <- outcome{n, err}
	}()
	synctest.Wait()
	return done
}

// blocked asserts that the call has not returned.
func blocked(t *testing.T, done <-chan outcome) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-done:
		require.Failf(t, "the call returned", "%+v", got)
	default:
	}
}

// returned gives what the call returned, and fails when it blocks.
func returned(t *testing.T, done <-chan outcome) outcome {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-done:
		return got
	default:
		require.Fail(t, "the call still blocks")
		panic("unreachable")
	}
}

// write hands text to c, whole.
func write(t *testing.T, c io.Writer, text string) {
	t.Helper()
	n, err := io.WriteString(c, text)
	require.NoError(t, err)
	require.Equal(t, len(text), n)
}

// readAll reads until an error and returns what came before it.
func readAll(c io.Reader) (string, error) {
	var got []byte
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return string(got), err
		}
	}
}

// requireOpError asserts that err is a failed operation op of the memory network with want inside.
func requireOpError(t *testing.T, err error, op string, want error) {
	t.Helper()
	var opErr *net.OpError
	require.ErrorAs(t, err, &opErr)
	require.Equal(t, op, opErr.Op)
	require.Equal(t, "memory", opErr.Net)
	require.ErrorIs(t, err, want)
}

// waiting adapts WaitByte and WaitGone to begin.
func waiting(wait func() error) func() (int, error) {
	return func() (int, error) { return 0, wait() }
}

// reading and writing adapt Read and Write of a given size to begin.
func reading(c *memnet.Conn, size int) func() (int, error) {
	return func() (int, error) { return c.Read(make([]byte, size)) }
}

func writing(c *memnet.Conn, size int) func() (int, error) {
	return func() (int, error) { return c.Write(make([]byte, size)) }
}
