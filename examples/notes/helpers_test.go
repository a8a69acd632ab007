package notes_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/examples/notes/server"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

const twoNotes = `{"id":1,"ok":true,"notes":["milk","bread"]}`

// replying is a daemon that replies to every request with these lines.
func replying(lines ...string) fd.Config {
	reply := []byte(strings.Join(lines, "\n") + "\n")
	return fd.Config{Protocol: ndjson.Lines, ResponseHandler: func([]byte) []byte { return reply }}
}

// keeping is the notes daemon itself, with these notes, behind whatever fault
// the config is given.
func keeping(n *server.Notes) fd.Config {
	return fd.Config{Protocol: ndjson.Lines, ResponseHandler: func(request []byte) []byte {
		var reply bytes.Buffer
		_ = n.Handle(request, &reply) // the error is that of a write, and a Buffer has none
		return reply.Bytes()
	}}
}

// newNotes are notes with these texts.
func newNotes(t *testing.T, texts ...string) *server.Notes {
	t.Helper()
	n := new(server.Notes)
	require.NoError(t, n.Add("", texts...))
	return n
}

// with is the config with a plan, written as a line.
func with(t *testing.T, cfg fd.Config, plan string) fd.Config {
	t.Helper()
	known, err := fd.Join(fd.Builtin(), ndjson.Faults)
	require.NoError(t, err)
	cfg.Plan, err = known.ParsePlan(plan)
	require.NoError(t, err)
	return cfg
}

// against runs a test with a client and the daemon it talks to, in memory and
// in virtual time. The client's keys are "1", "2", ...
func against(t *testing.T, cfg fd.Config, test func(t *testing.T, c *notes.Client, d *fd.FaultDaemon)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := fd.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		keys := 0
		test(t, &notes.Client{Dial: d.Dial, NewKey: func() string {
			keys++
			return strconv.Itoa(keys)
		}}, d)
	})
}

// requests are the requests that a daemon has read, without their newlines.
func requests(d *fd.FaultDaemon) (lines []string) {
	for _, call := range d.GetCalls() {
		lines = append(lines, strings.TrimSuffix(string(call.Request), "\n"))
	}
	return lines
}
