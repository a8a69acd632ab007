package faultdaemon_test

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A large write is over when its reader has read so much that the rest fits the
// connection's buffer; one that nobody reads to its end has not waited.
func TestHowLongALargeWriteTook(t *testing.T) {
	for name, c := range map[string]struct {
		reads int
		took  time.Duration
	}{"read to its end": {1 << 20, time.Second}, "given up": {1 << 10, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := faultdaemon.New("", faultdaemon.Config{ResponseHandler: returns(string(bytes.Repeat([]byte{'x'}, 1<<20)))})
				require.NoError(t, d.Start())
				defer d.Stop()
				conn, err := d.Dial(t.Context())
				require.NoError(t, err)
				_, err = conn.Write([]byte("ping\n"))
				require.NoError(t, err)
				<-time.After(time.Second)
				_, err = io.CopyN(io.Discard, conn, int64(c.reads))
				require.NoError(t, err)
				require.NoError(t, conn.Close())
				synctest.Wait()
				for _, ev := range d.Events() {
					if ev.Kind == faultdaemon.EventReplied {
						require.Equal(t, c.took, ev.Waited)
						return
					}
				}
				t.Fatal("nothing was written")
			})
		})
	}
}

// A write of up to 4,096 bytes is small: that it waited for room is not said.
func TestHowLongASmallWriteTookIsNotSaid(t *testing.T) {
	for size, took := range map[int]time.Duration{4096: 0, 4097: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			h := start(t, "memory", faultdaemon.Config{ResponseHandler: returns(lineOf(size))})
			c := h.client()
			const many = 60 // more than the connection's buffer holds
			for range many {
				c.send("ping\n")
				synctest.Wait()
			}
			<-time.After(time.Second)
			for range many {
				c.reads(lineOf(size))
			}
			h.Stop()
			var longest time.Duration
			for _, ev := range h.Events() {
				longest = max(longest, ev.Waited)
			}
			require.Equal(t, took, longest, "%d bytes", size)
		})
	}
}
