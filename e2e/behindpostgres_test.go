package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/relay"
)

// postgresSocket is the name of the socket of a server on port 5432.
const postgresSocket = ".s.PGSQL.5432"

// startPostgres makes a cluster and starts a server on a Unix socket alone.
func startPostgres(t *testing.T) front {
	server, initdb := postgresPrograms(t)
	dir, err := os.MkdirTemp("", "fd") // where another user may go, other than to t.TempDir
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	data := filepath.Join(dir, "data")
	as := unprivileged(t, dir)
	initialize := append(slices.Clip(as), initdb, "-D", data, "-U", "u", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	command(t, initialize[0], initialize[1:]...)
	run := append(slices.Clip(as), server, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40")
	serve(t, "ready to accept connections", run[0], run[1:]...)
	path := filepath.Join(dir, postgresSocket)
	return front{
		version: strings.TrimPrefix(firstLine(command(t, server, "--version")), "postgres "), path: path,
		config: faultdaemon.Config{
			Protocol: lengthprefix.PostgresConnection(), Upstream: relay.Unix(path),
			FaultMatcher: func(message []byte) bool {
				return message[0] == 'A' || message[0] == 'Q' && bytes.Contains(message, []byte("first"))
			},
		},
	}
}

// postgresPrograms are the newest server that is installed and what makes its cluster.
// Without one the test is skipped.
func postgresPrograms(t *testing.T) (server, initdb string) {
	t.Helper()
	server, err := exec.LookPath("postgres")
	if err != nil {
		found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
		require.NoError(t, err)
		if len(found) == 0 {
			t.Skip("postgres is not installed: see programs.sh")
		}
		server = found[len(found)-1]
	}
	return server, filepath.Join(filepath.Dir(server), "initdb")
}

// unprivileged is how a program is run that refuses to run as root, with a directory that
// it may write to: as the user nobody where this process is root's, else as it is.
func unprivileged(t *testing.T, dir string) []string {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	requireProgram(t, "setpriv")
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.Atoi(nobody.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(nobody.Gid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, gid))
	return []string{"setpriv", "--reuid=" + nobody.Uid, "--regid=" + nobody.Gid, "--clear-groups"}
}

func startPostgresForPGX(t *testing.T) front {
	f := startPostgres(t)
	f.varies = true // each connection has a key of its own
	f.converse, f.call = conversePGX, callPGX()
	return f
}

func startPostgresForPSQL(t *testing.T) front {
	requireProgram(t, "psql")
	f := startPostgres(t)
	f.program = func(path string) []string {
		return []string{"psql", "-X", "-h", filepath.Dir(path), "-U", "u", "-d", "postgres", "-At",
			"-c", "SELECT 'first'", "-c", "SELECT generate_series(1, 5)"}
	}
	return f
}

func dialPGX(ctx context.Context, dial faulttest.Dialer) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig("host=/run user=u database=postgres")
	if err != nil {
		return nil, err
	}
	config.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }
	return pgx.ConnectConfig(ctx, config)
}

// conversePGX queries both ways and many at once, copies in and out, makes mistakes, and
// is notified.
func conversePGX(t *testing.T, dial faulttest.Dialer) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := dialPGX(ctx, dial)
	require.NoError(t, err)
	defer func() { assert.NoError(t, conn.Close(ctx)) }()

	var text string
	require.NoError(t, conn.QueryRow(ctx, "SELECT $1 || repeat('é', $2)", "e", 300_000).Scan(&text))
	assert.Equal(t, "e"+strings.Repeat("é", 300_000), text)
	require.NoError(t, conn.QueryRow(ctx, "SELECT 'simple'", pgx.QueryExecModeSimpleProtocol).Scan(&text))
	assert.Equal(t, "simple", text)

	_, err = conn.Exec(ctx, "CREATE TEMPORARY TABLE numbers (n bigint); INSERT INTO numbers VALUES (0)")
	require.NoError(t, err)
	rows := make([][]any, 20_000)
	for i := range rows {
		rows[i] = []any{int64(i + 1)}
	}
	copied, err := conn.CopyFrom(ctx, pgx.Identifier{"numbers"}, []string{"n"}, pgx.CopyFromRows(rows))
	require.NoError(t, err)
	assert.Equal(t, int64(20_000), copied)
	var out bytes.Buffer
	_, err = conn.PgConn().CopyTo(ctx, &out, "COPY numbers TO STDOUT")
	require.NoError(t, err)
	assert.Equal(t, 20_001, strings.Count(out.String(), "\n"))

	var batch pgx.Batch
	for i := range 100 {
		batch.Queue("SELECT $1::int + 1", i)
	}
	results := conn.SendBatch(ctx, &batch)
	for i := range 100 {
		var n int
		require.NoError(t, results.QueryRow().Scan(&n))
		require.Equal(t, i+1, n)
	}
	require.NoError(t, results.Close())

	_, err = conn.Exec(ctx, "SELECT 1/0")
	var failed *pgconn.PgError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "22012", failed.Code)

	_, err = conn.Exec(ctx, "LISTEN talk; NOTIFY talk, 'first'; NOTIFY talk, 'second'")
	require.NoError(t, err)
	for _, want := range []string{"first", "second"} {
		n, err := conn.WaitForNotification(ctx)
		require.NoError(t, err)
		assert.Equal(t, want, n.Payload)
	}
}

// callPGX makes two queries, and is notified on one connection of what it says on another.
func callPGX() func(context.Context, faulttest.Dialer) (string, error) {
	var channels atomic.Int64
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dialPGX(ctx, dial)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close(ctx) }()
		channel := fmt.Sprint("channel", channels.Add(1))
		if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
			return "", err
		}
		var answers []string
		for _, text := range []string{"first", "second"} {
			var answer string
			query := fmt.Sprintf("SELECT '%s'", text)
			if err := conn.QueryRow(ctx, query, pgx.QueryExecModeSimpleProtocol).Scan(&answer); err != nil {
				return "", err
			}
			answers = append(answers, answer)
		}
		other, err := dialPGX(ctx, dial)
		if err != nil {
			return "", err
		}
		defer func() { _ = other.Close(ctx) }()
		if _, err := other.Exec(ctx, "NOTIFY "+channel+", 'third'"); err != nil {
			return "", err
		}
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return "", err
		}
		return strings.Join(append(answers, n.Payload), " "), nil
	}
}
