package jsonrpc_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// noteMethods are those of a daemon whose answers differ, so that one in the
// place of another shows.
var noteMethods = jsonrpc.Methods{
	"status": func(json.RawMessage) (any, error) {
		return jsonrpc.Progress{Notifications: []jsonrpc.Notification{{Method: "progress", Params: []int{50}}}, Result: "ok"}, nil
	},
	"get": func(params json.RawMessage) (any, error) {
		var keys []string
		err := json.Unmarshal(params, &keys)
		return "note " + strings.Join(keys, " "), err
	},
	"put": func(params json.RawMessage) (any, error) { return len(params), nil },
}

// A use is what a program does with the reference client.
type use func(context.Context, *client) ([]string, error)

// with is a use over a connection of its own.
func (u use) with(f framing) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		c := newClient(conn, f)
		defer c.Close()
		return u(ctx, c)
	}
}

// overPipes is a use over the pipes of a server that it has spawned.
func (u use) overPipes(f framing) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		server, err := faulttest.Pipes(ctx, dial)
		if err != nil {
			return nil, err
		}
		c := newClient(bothPipes{server.Stdout, server.Stdin}, f)
		defer c.Close()
		return u(ctx, c)
	}
}

// bothPipes reads from one and writes to the other.
type bothPipes struct {
	io.ReadCloser
	stdin io.WriteCloser
}

func (p bothPipes) Write(b []byte) (int, error) { return p.stdin.Write(b) }

func (p bothPipes) Close() error { return errors.Join(p.stdin.Close(), p.ReadCloser.Close()) }

// atOnce sends a notification, a batch, and a request that no buffer of a
// socket holds, and then waits for what comes of them.
func atOnce(ctx context.Context, c *client) (answers []string, err error) {
	if err := c.Notify(ctx, "started", nil); err != nil {
		return nil, err
	}
	batch, err := c.Start(ctx, outgoing{Method: "status"}, outgoing{Method: "get", Params: []string{"milk"}})
	if err != nil {
		return nil, err
	}
	large, err := c.Start(ctx, outgoing{Method: "put", Params: []string{strings.Repeat("x", 210<<10)}})
	if err != nil {
		return nil, err
	}
	for _, call := range append(batch, large...) {
		result, failure := c.Wait(ctx, call)
		answers, err = append(answers, string(result)), errors.Join(err, failure)
	}
	return answers, err
}

// inTurn sends a notification and makes a call, once more when it takes too
// long; then it is idle for a while, does all at once, and is idle again.
func inTurn(ctx context.Context, c *client) ([]string, error) {
	if err := c.Notify(ctx, "started", nil); err != nil {
		return nil, err
	}
	status, err := callTwice(ctx, c, "status", nil)
	if err != nil {
		return nil, err
	}
	c.idle()
	answers, err := atOnce(ctx, c)
	c.idle()
	return append(answers, status), err
}

// idle leaves time for what comes when nothing is out, and for what the client
// answers.
func (c *client) idle() {
	select {
	case <-time.After(20 * time.Millisecond):
	case <-c.ended:
	}
}

// callTwice gives a call half of the time that there is, and makes it once more
// when that was not enough. The late response is nobody's then.
func callTwice(ctx context.Context, c *client, method string, params any) (string, error) {
	deadline, _ := ctx.Deadline()
	half, cancel := context.WithTimeout(ctx, time.Until(deadline)/2)
	defer cancel()
	result, err := c.Call(half, method, params)
	if errors.Is(err, context.DeadlineExceeded) {
		result, err = c.Call(ctx, method, params)
	}
	return string(result), err
}

var references = map[string]struct {
	protocol jsonrpc.Protocol
	framing  framing
	use      use
	lightly  bool
}{
	"Lines":            {jsonrpc.Lines, onLines, atOnce, false},
	"Lines, in turn":   {jsonrpc.Lines, onLines, inTurn, true},
	"Lines, as values": {jsonrpc.Lines, framing{onLines.frame, asValues.texts}, inTurn, true},
	"Headers":          {jsonrpc.Headers, withHeaders, atOnce, true},
	"Headers, in turn": {jsonrpc.Headers, withHeaders, inTurn, true},
	"Values":           {jsonrpc.Values, asValues, inTurn, true},
}

// lighter are the faults that take most time, with arguments that take less.
var lighter = map[faultdaemon.Fault]faultdaemon.Fault{
	faultdaemon.FaultResponseTooLarge:           "response_too_large(1100000)",
	faultdaemon.FaultCoalescedResponses:         "coalesced_responses(100ms)",
	jsonrpc.FaultOutOfOrder:                     "jsonrpc_out_of_order(2, 100ms)",
	jsonrpc.FaultNotificationFlood:              "jsonrpc_notification_flood(1000)",
	jsonrpc.FaultResponseFloodWhileClientWrites: "jsonrpc_response_flood_while_client_writes(1048576)",
}

// lightly are all faults that a config's daemon can have, the lighter ones
// among them.
func lightly(t *testing.T, cfg faultdaemon.Config) (faults []faultdaemon.Fault) {
	known, err := faultdaemon.Join(append(cfg.Catalogues, faultdaemon.Builtin(), cfg.Protocol.Catalogue())...)
	require.NoError(t, err)
	for _, info := range known.All() {
		if info.Applies(cfg.Protocol) == nil {
			faults = append(faults, cmp.Or(lighter[info.Name], info.Name))
		}
	}
	return faults
}

// A client that is right is found to be so under every fault, in every
// framing and use, and together they leave no fault untested.
func TestReferenceClient(t *testing.T) {
	judged := make(map[faultdaemon.Fault]bool)
	for name, r := range references {
		t.Run(name, func(t *testing.T) {
			cfg := r.protocol.Config(noteMethods)
			if r.protocol == jsonrpc.Lines { // which are lines of JSON
				cfg.Catalogues = []*faultdaemon.Catalogue{ndjson.Faults}
			}
			opts := &faulttest.Options{StrictGrades: true}
			if r.lightly {
				opts.Only = lightly(t, cfg)
			}
			report := faulttest.Judge(t, cfg, r.use.with(r.framing), opts)
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
			for _, result := range report.Results {
				judged[result.Info.Name] = judged[result.Info.Name] || result.Verdict != faulttest.Untested
			}
		})
	}
	known, err := faultdaemon.Join(faultdaemon.Builtin(), jsonrpc.Faults, ndjson.Faults)
	require.NoError(t, err)
	for _, info := range known.All() {
		require.True(t, judged[info.Name], "%s is untested in every framing", info.Name)
	}
}

// Over pipes it is right as well, and its verdicts are the same, but for one: a
// write to a pipe that waits for room hears that nobody will read, where one to
// a socket waits on if it has begun by then.
func TestReferenceClientOverPipes(t *testing.T) {
	for name, r := range references {
		t.Run(name, func(t *testing.T) {
			cfg := r.protocol.Config(noteMethods)
			opts := &faulttest.Options{StrictGrades: true, Only: lightly(t, cfg)}
			over := faulttest.Judge(t, cfg, r.use.overPipes(r.framing), opts)
			require.NoError(t, over.Err)
			require.True(t, over.OK(), "%s", over)
			plain := faulttest.Judge(t, cfg, r.use.with(r.framing), opts)
			require.NoError(t, plain.Err)
			for i, result := range over.Results {
				want := plain.Results[i].Verdict
				if result.Fault == faultdaemon.FaultCloseReadSide {
					want = faulttest.Rejected
				}
				require.Equal(t, want, result.Verdict, "%s", result.Fault)
			}
		})
	}
}

// Other arguments than those of every run: each ending of a cut, each form of
// a length that is none, a client that reads before the daemon has stopped to.
func TestReferenceClientUnderOtherArguments(t *testing.T) {
	verdicts := func(f framing, p jsonrpc.Protocol, only ...faultdaemon.Fault) (got []faulttest.Verdict) {
		report := faulttest.Judge(t, p.Config(noteMethods), use(inTurn).with(f), &faulttest.Options{Only: only})
		require.NoError(t, report.Err)
		require.True(t, report.OK(), "%s", report)
		for _, r := range report.Results {
			got = append(got, r.Verdict)
		}
		return got
	}
	rejected, late, survived := faulttest.Rejected, faulttest.TimedOut, faulttest.Survived

	require.Equal(t, []faulttest.Verdict{late, late, rejected, late, late, rejected, late},
		verdicts(onLines, jsonrpc.Lines, "stop_reading(2)", "stop_reading(3)", "cut_at(20, reset)", "cut_at(20, hang)", "cut_at(20, continue)",
			"stop_after_messages(1, reset)", "stop_after_messages(1, hang)"))
	require.Equal(t, []faulttest.Verdict{survived, survived, late, survived},
		verdicts(onLines, jsonrpc.Lines, "slow_response(1s)", "slow_accept(4s)", "slow_accept(6s)", "jsonrpc_late_reply(3s)"))
	require.Equal(t, []faulttest.Verdict{survived, survived, rejected, survived, late},
		verdicts(onLines, jsonrpc.Lines, "jsonrpc_duplicate_response(same)", "jsonrpc_duplicate_response(error)",
			"ack_lost(reset)", "ack_late(1s)", "ack_late"))
	require.Equal(t, slicesOf(rejected, 12),
		verdicts(withHeaders, jsonrpc.Headers, "jsonrpc_header_bad_number(empty)", "jsonrpc_header_bad_number(negative)",
			"jsonrpc_header_bad_number(plus)", "jsonrpc_header_bad_number(hex)", "jsonrpc_header_bad_number(suffix)", "jsonrpc_header_bad_number(fraction)",
			"jsonrpc_header_length_huge(4294967295)", "jsonrpc_header_length_huge(9223372036854775807)", "jsonrpc_header_length_huge(18446744073709551615)",
			"jsonrpc_header_length_huge(100000000000000000000)", "jsonrpc_header_length_short(20)", "cut_at(30, reset)"))
}

func slicesOf(v faulttest.Verdict, n int) []faulttest.Verdict {
	return slices.Repeat([]faulttest.Verdict{v}, n)
}

// The verdicts do not depend on how goroutines are scheduled.
func TestThreeRunsGiveTheSameReport(t *testing.T) {
	var reports [3]string
	for i := range reports {
		cfg := jsonrpc.Lines.Config(noteMethods)
		report := faulttest.Judge(t, cfg, use(inTurn).with(onLines), &faulttest.Options{Only: lightly(t, cfg)})
		require.NoError(t, report.Err)
		text, err := json.MarshalIndent(report, "", " ")
		require.NoError(t, err)
		reports[i] = report.String() + string(text)
	}
	for i, line := range strings.Split(reports[0], "\n") { // one line at a time, to be read
		require.Equal(t, line, strings.Split(reports[1], "\n")[i])
		require.Equal(t, line, strings.Split(reports[2], "\n")[i])
	}
}

// On Unix sockets and the real clock the verdicts are right as well.
func TestReferenceClientOnRealSockets(t *testing.T) {
	t.Parallel()
	cfg := jsonrpc.Lines.Config(noteMethods)
	report := faulttest.Judge(t, cfg, use(atOnce).with(onLines), &faulttest.Options{
		Real: true, Deadline: 2500 * time.Millisecond, Only: lightly(t, cfg),
	})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
}
