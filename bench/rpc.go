package bench

import (
	"context"
	"net"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/creachadair/jrpc2/handler"
	"github.com/sourcegraph/jsonrpc2"
)

// serveCreachadair answers with creachadair/jrpc2.
func serveCreachadair(conn net.Conn) {
	methods := handler.Map{"status": func(context.Context, *jrpc2.Request) (any, error) { return "ok", nil }}
	_ = jrpc2.NewServer(methods, nil).Start(channel.Line(conn, conn)).Wait()
}

// serveSourcegraph answers with sourcegraph/jsonrpc2, whose plain stream ends a reply
// with a newline.
func serveSourcegraph(conn net.Conn) {
	methods := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
		if r.Method != "status" {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "no such method"}
		}
		return "ok", nil
	})
	<-jsonrpc2.NewConn(context.Background(), jsonrpc2.NewPlainObjectStream(conn), methods).DisconnectNotify()
}
