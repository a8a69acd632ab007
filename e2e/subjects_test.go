package e2e

import (
	"context"
	"fmt"
	"time"

	"github.com/creachadair/jrpc2/channel"
	"golang.org/x/exp/jsonrpc2"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A subject is a client that is judged under every fault.
type subject struct {
	name   string // its column
	from   string // its package
	module string // that this is of; none for the standard library
	speaks string
	config faultdaemon.Config
	open   opener

	// messages are those of the handshake, before the first call.
	messages int

	// either are the verdicts of faults under which the client's goroutines
	// decide, as many runs have shown.
	either map[faultdaemon.Fault][]faulttest.Verdict
}

const (
	moduleJRPC2       = "github.com/creachadair/jrpc2"
	moduleSourcegraph = "github.com/sourcegraph/jsonrpc2"
	moduleMCP         = "github.com/modelcontextprotocol/go-sdk"
	moduleXExp        = "golang.org/x/exp/jsonrpc2"
	moduleTTRPC       = "github.com/containerd/ttrpc"
)

// subjects are all of them, in the order of the columns.
func subjects() []subject {
	// Each message is delivered by a goroutine of its own.
	inAnyOrder := map[faultdaemon.Fault][]faulttest.Verdict{
		jsonrpc.FaultDuplicateResponse:  {faulttest.Survived, faulttest.WrongAnswer},
		jsonrpc.FaultCloseRaceWithReply: {faulttest.Survived, faulttest.Rejected},
	}
	// What has come by then is looked at for a newline.
	asItComes := map[faultdaemon.Fault][]faulttest.Verdict{
		faultdaemon.FaultResponseWithoutNewline: {faulttest.Survived, faulttest.Rejected},
	}
	return []subject{
		{name: "jrpc2 Line", from: moduleJRPC2, module: moduleJRPC2, speaks: "JSON-RPC, lines",
			config: jsonrpc.Lines.Config(methods), open: openJRPC2(channel.Line), either: inAnyOrder},
		{name: "jrpc2 LSP", from: moduleJRPC2, module: moduleJRPC2, speaks: "JSON-RPC, headers",
			config: jsonrpc.Headers.Config(methods), open: openJRPC2(channel.LSP), either: inAnyOrder},
		{name: "jrpc2 RawJSON", from: moduleJRPC2, module: moduleJRPC2, speaks: "JSON-RPC, bare values",
			config: jsonrpc.Values.Config(methods), open: openJRPC2(channel.RawJSON), either: inAnyOrder},
		{name: "sourcegraph Plain", from: moduleSourcegraph, module: moduleSourcegraph, speaks: "JSON-RPC, bare values",
			config: jsonrpc.Values.Config(methods), open: openSourcegraph(plainStream)},
		{name: "sourcegraph VSCode", from: moduleSourcegraph, module: moduleSourcegraph, speaks: "JSON-RPC, headers",
			config: jsonrpc.Headers.Config(methods), open: openSourcegraph(vscodeStream)},
		{name: "sourcegraph Varint", from: moduleSourcegraph, module: moduleSourcegraph, speaks: "JSON-RPC behind a varint",
			config: varintConfig(), open: openSourcegraph(varintStream)},
		{name: "MCP", from: moduleMCP + "/mcp", module: moduleMCP, speaks: "MCP, lines",
			config: mcpConfig(), open: openMCP, messages: 3, either: asItComes},
		{name: "x/exp Raw", from: moduleXExp, module: moduleXExp, speaks: "JSON-RPC, bare values",
			config: jsonrpc.Values.Config(methods), open: openXExp(jsonrpc2.RawFramer())},
		{name: "x/exp Header", from: moduleXExp, module: moduleXExp, speaks: "JSON-RPC, headers",
			config: jsonrpc.Headers.Config(methods), open: openXExp(jsonrpc2.HeaderFramer())},
		{name: "net/rpc", from: "net/rpc/jsonrpc", speaks: "JSON-RPC 1.0, bare values",
			config: jsonrpc.Values.Config(methods), open: openNetRPC},
		{name: "ttrpc", from: moduleTTRPC, module: moduleTTRPC, speaks: "ttrpc",
			config: ttrpcConfig(), open: openTTRPC},
	}
}

// pause is longer than any that a fault makes before it writes to a connection
// that is idle.
const pause = 20 * time.Millisecond

// A talk is what a client says to the daemon while it is judged. It returns
// the answers.
type talk func(context.Context, session) ([]string, error)

// judged returns the client as the judge wants it.
func (s subject) judged(talk talk) func(context.Context, faulttest.Dialer) ([]string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) ([]string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		session, err := s.open(ctx, conn)
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		defer func() { _ = session.close() }() // of a broken session, it may fail or not
		return talk(ctx, session)
	}
}

// oneCall is a call, and no more.
func oneCall(ctx context.Context, s session) ([]string, error) {
	text, err := s.call(ctx, "echo", "first")
	return []string{text}, err
}

// severalCalls are two, one after the other and with a pause between them, in
// which the client deals with what else has come; then a notification, two calls
// at once, and two in a batch, as far as the client has these.
func severalCalls(ctx context.Context, s session) ([]string, error) {
	var answers []string
	for _, text := range []string{"first", "second"} {
		answer, err := s.call(ctx, "echo", text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		answers = append(answers, answer)
		<-time.After(pause)
	}
	if s, ok := s.(notifier); ok {
		if err := s.notify(ctx); err != nil {
			return nil, fmt.Errorf("the notification: %w", err)
		}
	}
	pair, err := atOnce(ctx, s, [2]string{"third", "fourth"})
	if err != nil {
		return nil, err
	}
	answers = append(answers, pair[:]...)
	if s, ok := s.(batcher); ok {
		pair, err := s.batch(ctx, "echo", [2]string{"fifth", "sixth"})
		if err != nil {
			return nil, fmt.Errorf("the batch: %w", err)
		}
		answers = append(answers, pair[:]...)
	}
	return answers, nil
}

// atOnce makes two calls of which neither waits for the other.
func atOnce(ctx context.Context, s session, texts [2]string) (answers [2]string, err error) {
	failed := make(chan error)
	for i, text := range texts {
		go func() {
			var err error
			if answers[i], err = s.call(ctx, "echo", text); err != nil {
				err = fmt.Errorf("%s: %w", text, err)
			}
			failed <- err
		}()
	}
	for range texts {
		if e := <-failed; e != nil {
			err = e
		}
	}
	return answers, err
}

// aLargeCall is a call, and another that sends more than a socket holds.
func aLargeCall(ctx context.Context, s session) ([]string, error) {
	first, err := s.call(ctx, "echo", "first")
	if err != nil {
		return nil, fmt.Errorf("first: %w", err)
	}
	size, err := s.call(ctx, "size", large())
	return []string{first, size}, err
}
