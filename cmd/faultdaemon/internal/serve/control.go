package serve

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

const (
	// headerTimeout is how long the header of a request to the API may take.
	headerTimeout = 10 * time.Second

	// lastReplies is how long the readers of replies and of the log have when
	// the daemon ends.
	lastReplies = time.Second
)

// A controlServer is the control API on its address.
type controlServer struct {
	listener net.Listener
	server   *http.Server
	served   chan struct{} // closed when it has ended
}

// startControl starts the API on l. When it returns without an error, a connect
// succeeds.
func startControl(ctx context.Context, l net.Listener, d *faultdaemon.FaultDaemon, feed *control.Feed) (*controlServer, error) {
	api, err := control.New(d, feed)
	if err != nil {
		return nil, err
	}
	c := &controlServer{listener: l, served: make(chan struct{})}
	c.server = &http.Server{
		Handler: api.Handler(), ReadHeaderTimeout: headerTimeout, ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() {
		defer close(c.served)
		_ = c.server.Serve(l) // ends with stop
	}()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, l.Addr().Network(), l.Addr().String())
	if err != nil {
		c.stop()
		return nil, err
	}
	return c, conn.Close()
}

// stop ends the API, and waits a little for the replies that are under way.
func (c *controlServer) stop() {
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastReplies)
	defer cancel()
	if c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
	_ = c.listener.Close()
	<-c.served
}
