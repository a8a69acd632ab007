//go:build !race

package faultdaemon_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What a healthy exchange costs, once the buffers, the events and the calls
// have their size. The race detector allocates on its own: this is not built
// with it.
func TestAllocationsOfAnExchange(t *testing.T) {
	request := []byte(`{"id":1,"method":"status"}` + "\n")
	reply := []byte(`{"id":1,"result":"fine"}` + "\n")
	for _, test := range []struct {
		name    string
		handler faultdaemon.ResponseHandler
		want    float64
	}{
		{"echo", nil, 0},
		{"handler", func([]byte) []byte { return reply }, 1}, // the request, which is the handler's to keep
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, network := range []string{"memory", "unix", "tcp"} {
				h := start(t, network, faultdaemon.Config{ResponseHandler: test.handler})
				c := h.client()
				got := make([]byte, 64)
				exchange := func() {
					if _, err := c.Write(request); err != nil {
						t.Error(err)
					}
					if _, err := c.Read(got); err != nil && err != io.EOF {
						t.Error(err)
					}
				}
				for range 5000 {
					exchange()
				}
				require.Equal(t, test.want, testing.AllocsPerRun(5000, exchange), network)
			}
		})
	}
}
