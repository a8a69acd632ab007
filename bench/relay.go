package bench

import (
	"context"
	"errors"
	"net"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Relay puts something between the clients and a server.
type Relay func(*Setup, Dial) (Dial, error)

// via is a server that clients reach through a relay.
func via(relay Relay, server Server) Server {
	return func(s *Setup) (Dial, error) {
		dial, err := server(s)
		if err != nil {
			return nil, err
		}
		return relay(s, dial)
	}
}

// forwarding is the toolkit's relay: a daemon on Unix or TCP, as listen says, whose
// replies come from upstream.
func forwarding(listen func(faultdaemon.Config) Server, cfg faultdaemon.Config) Relay {
	return func(s *Setup, upstream Dial) (Dial, error) {
		cfg.MaxCalls = 1 // what passes is recorded, and not kept
		cfg.Upstream = func(context.Context) (net.Conn, error) { return upstream() }
		return listen(cfg)(s)
	}
}

// toxic is toxiproxy in this process, without a toxic. It knows TCP only.
func toxic(s *Setup, upstream Dial) (Dial, error) {
	probe, err := upstream()
	if err != nil {
		return nil, err
	}
	address := probe.RemoteAddr().String()
	_ = probe.Close()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "bench", "127.0.0.1:0", address)
	if err := within(longest, proxy.Start); err != nil {
		return nil, err
	}
	s.OnEnd(func() { // it may never come back from this
		_ = within(10*time.Second, func() error { proxy.Stop(); return nil })
	})
	return func() (net.Conn, error) { return net.Dial("tcp", proxy.Listen) }, nil
}

// within returns what f does, or an error when it has not returned in time: it is left
// alone then.
func within(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return errors.New("no end within " + limit.String())
	}
}
