package e2e

import (
	"context"
	"fmt"
	"net"

	"github.com/gomodule/redigo/redis"

	"github.com/faultdaemon/toolkit/e2e/fakeredis"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

func redisConfig() faultdaemon.Config {
	return faultdaemon.Config{Protocol: resp.Protocol{}, ResponseHandler: fakeredis.Answer}
}

// openRedigo opens a pool of redigo, of which each call borrows a connection.
func openRedigo(_ context.Context, dial faulttest.Dialer) (func(context.Context, int) (string, error), func(), error) {
	pool := &redis.Pool{MaxIdle: 3, DialContext: func(ctx context.Context) (redis.Conn, error) {
		return redis.DialContext(ctx, "unix", "/run/redis.sock",
			redis.DialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }))
	}}
	get := func(ctx context.Context, i int) (value string, err error) {
		conn, err := pool.GetContext(ctx)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close() }()
		return redis.String(redis.DoContext(conn, ctx, "GET", fmt.Sprint("key ", i)))
	}
	return get, func() { _ = pool.Close() }, nil
}
