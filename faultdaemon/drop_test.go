package faultdaemon_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// pingOrEOF reports whether a connection is served; that it ends with a clean
// EOF and no byte is no error.
func pingOrEOF(conn net.Conn) (served bool, err error) {
	_, _ = io.WriteString(conn, "ping\n") // fails where the daemon has closed already
	got := make([]byte, 5)
	n, err := io.ReadFull(conn, got)
	switch {
	case errors.Is(err, io.EOF) && n == 0:
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read %q: %w", got[:n], err)
	}
	return true, nil
}

func TestDropConnectionIsExactUnderConcurrency(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			const clients = 1000
			h := start(t, network, faultdaemon.Config{Fault: faultdaemon.FaultDropConnection, DropEveryN: 4})
			conns := make([]net.Conn, clients)
			served := make([]bool, clients)
			err := inParallel(clients, func(i int) (err error) {
				if conns[i], err = h.dial(); err == nil {
					served[i], err = pingOrEOF(conns[i])
				}
				return err
			})
			for _, conn := range conns {
				_ = conn.Close()
			}
			require.NoError(t, err)
			dropped := 0
			for _, ok := range served {
				if !ok {
					dropped++
				}
			}
			require.Equal(t, 250, dropped)
			require.EqualValues(t, clients, h.ConnectionCount())
			require.Len(t, h.GetCalls(), 750)
		})
	}
}

func TestDropConnectionCountsEveryConnectionSinceNew(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		for range 5 { // healthy, and counted
			h.client().exchange("ping\n", "ping\n")
		}
		h.SetFault(faultdaemon.FaultDropConnection.With(3))
		h.client().ends("", faultdaemon.EndEOF) // the 6th
		h.client().exchange("ping\n", "ping\n")
		h.client().exchange("ping\n", "ping\n")
		h.client().ends("", faultdaemon.EndEOF) // the 9th
	})
}

func TestDropConnectionOfEvery0DropsNone(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultDropConnection}, func(t *testing.T, h host) {
		for range 8 {
			h.client().exchange("ping\n", "ping\n")
		}
	})
}
