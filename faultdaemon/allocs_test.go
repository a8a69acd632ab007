//go:build !race

package faultdaemon_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What an exchange costs that no fault acts on, once the buffers, the events
// and the calls have their size. The race detector allocates on its own: this
// is not built with it.
func TestAllocationsOfAnExchange(t *testing.T) {
	reply := []byte(`{"id":1,"result":"fine"}` + "\n")
	type testCase struct {
		name string
		cfg  faultdaemon.Config
		want float64
	}
	tests := []testCase{
		{"echo", faultdaemon.Config{}, 0},
		// the request, which is the handler's to keep
		{"handler", faultdaemon.Config{ResponseHandler: func([]byte) []byte { return reply }}, 1},
	}
	for _, u := range unmatched {
		tests = append(tests, testCase{"no match of the " + u.name, u.cfg, 0})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, network := range []string{"memory", "unix", "tcp"} {
				exchange := exchangeOf(t, start(t, network, test.cfg))
				for range 5000 {
					exchange()
				}
				require.Equal(t, test.want, testing.AllocsPerRun(5000, exchange), network)
			}
		})
	}
}

// Once a connection has had a large request, the next ones are read in one piece: what
// is allocated is room among the calls.
func TestAllocationsOfALargeExchange(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{MaxCalls: 1})
	c := h.client()
	request := []byte(lineOf(40 << 10))
	got := make([]byte, len(request))
	exchange := func() {
		if _, err := c.Write(request); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadFull(c, got); err != nil {
			t.Error(err)
		}
	}
	for range 2000 {
		exchange()
	}
	require.LessOrEqual(t, testing.AllocsPerRun(1000, exchange), 4.0)
}

// exchangeOf returns what makes one exchange on a connection of its own.
func exchangeOf(t *testing.T, h host) func() {
	c := h.client()
	request := []byte(`{"id":1,"method":"status"}` + "\n")
	got := make([]byte, 64)
	return func() {
		if _, err := c.Write(request); err != nil {
			t.Error(err)
		}
		if _, err := c.Read(got); err != nil && err != io.EOF {
			t.Error(err)
		}
	}
}
