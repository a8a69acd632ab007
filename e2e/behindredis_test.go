package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomodule/redigo/redis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/resp"
	"github.com/faultdaemon/toolkit/relay"
)

// startRedis starts a server without files, in which a and b have a value.
func startRedis(t *testing.T) front {
	requireProgram(t, "redis-server")
	version := regexp.MustCompile(`v=(\S+)`).FindStringSubmatch(command(t, "redis-server", "--version"))
	require.NotEmpty(t, version)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	path := filepath.Join(dir, "s")
	serve(t, "eady to accept connections", "redis-server", "--port", "0", "--unixsocket", path, "--dir", dir, "--save", "")
	dial := relay.Unix(path)
	conn, err := dialRedis(t.Context(), dial)
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Do("MSET", "a", "first", "b", "second")
	require.NoError(t, err)
	return front{
		version: version[1], path: path,
		config: faultdaemon.Config{Protocol: resp.Protocol{}, Upstream: dial, FaultMatcher: func(message []byte) bool {
			return bytes.Contains(message, []byte("GET\r\n$1\r\na\r\n")) || bytes.Contains(message, []byte("\r\nmessage\r\n"))
		}},
	}
}

func startRedisForRedigo(t *testing.T) front {
	f := startRedis(t)
	f.converse, f.call = converseRedigo, callRedigo()
	return f
}

func startRedisForCLI(t *testing.T) front {
	requireProgram(t, "redis-cli")
	f := startRedis(t)
	f.program = func(path string) []string { return []string{"redis-cli", "-s", path, "GET", "a"} }
	return f
}

func dialRedis(ctx context.Context, dial faulttest.Dialer) (redis.Conn, error) {
	return redis.DialContext(ctx, "unix", "/run/redis.sock",
		redis.DialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }))
}

// converseRedigo sends commands in turn and many in one write, takes values of all sizes,
// an error and nothing, and publishes to a connection that has subscribed.
func converseRedigo(t *testing.T, dial faulttest.Dialer) {
	conn, err := dialRedis(t.Context(), dial)
	require.NoError(t, err)
	defer func() { assert.NoError(t, conn.Close()) }()
	for i := range 500 {
		require.NoError(t, conn.Send("RPUSH", "list", strings.Repeat("\r\n", i)))
	}
	require.NoError(t, conn.Send("LRANGE", "list", 0, -1))
	require.NoError(t, conn.Flush())
	for i := range 500 {
		n, err := redis.Int(conn.Receive())
		require.NoError(t, err)
		require.Equal(t, i+1, n)
	}
	list, err := redis.Strings(conn.Receive())
	require.NoError(t, err)
	require.Len(t, list, 500)
	large := strings.Repeat("\x00\xff", 256<<10)
	_, err = conn.Do("SET", "large", large)
	require.NoError(t, err)
	_, err = conn.Do("SETRANGE", "large", 8<<20, "end")
	require.NoError(t, err)
	got, err := redis.String(conn.Do("GET", "large"))
	require.NoError(t, err)
	assert.Len(t, got, 8<<20+len("end"))
	assert.True(t, strings.HasPrefix(got, large))
	_, err = conn.Do("DEL", "large", "list")
	require.NoError(t, err)
	_, err = conn.Do("GET", "a", "b")
	assert.ErrorContains(t, err, "wrong number of arguments")
	_, err = redis.String(conn.Do("GET", "none"))
	assert.ErrorIs(t, err, redis.ErrNil)

	subscriber, err := dialRedis(t.Context(), dial)
	require.NoError(t, err)
	sub := redis.PubSubConn{Conn: subscriber}
	defer func() { assert.NoError(t, sub.Close()) }()
	require.NoError(t, sub.Subscribe("news"))
	require.IsType(t, redis.Subscription{}, sub.Receive())
	for i := range 50 {
		_, err = conn.Do("PUBLISH", "news", fmt.Sprint("message ", i))
		require.NoError(t, err)
	}
	for i := range 50 {
		assert.Equal(t, fmt.Sprint("message ", i), string(sub.Receive().(redis.Message).Data))
	}
}

// callRedigo gets a and b in one write, then subscribes, publishes and receives that.
func callRedigo() func(context.Context, faulttest.Dialer) (string, error) {
	var channels atomic.Int64
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dialRedis(ctx, dial)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close() }()
		var answers []string
		for _, key := range []string{"a", "b"} {
			if err := conn.Send("GET", key); err != nil {
				return "", err
			}
		}
		if err := conn.Flush(); err != nil {
			return "", err
		}
		for range 2 {
			text, err := redis.String(redis.ReceiveContext(conn, ctx))
			if err != nil {
				return "", err
			}
			answers = append(answers, text)
		}
		subscriber, err := dialRedis(ctx, dial)
		if err != nil {
			return "", err
		}
		sub := redis.PubSubConn{Conn: subscriber}
		defer func() { _ = sub.Close() }()
		channel := fmt.Sprint("channel ", channels.Add(1))
		if err := sub.Subscribe(channel); err != nil {
			return "", err
		}
		for {
			switch m := sub.ReceiveContext(ctx).(type) {
			case redis.Subscription:
				if _, err := redis.DoContext(conn, ctx, "PUBLISH", channel, "third"); err != nil {
					return "", err
				}
			case redis.Message:
				return strings.Join(append(answers, string(m.Data)), " "), nil
			case error:
				return "", m
			}
		}
	}
}
