package langserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// catsAndSongs is the document of the stub.
const catsAndSongs = "TODO(ann): feed the cat\nTODO sing\n"

// todod is what the daemon of the tests with faults can be asked for, and what
// it answers when it is healthy: what the real daemon says about catsAndSongs.
var todod = jsonrpc.Methods{
	"initialize":                  says(`{"capabilities":{"hoverProvider":true,"documentSymbolProvider":true}}`),
	"textDocument/hover":          says(`{"contents":{"kind":"plaintext","value":"2 of 2: sing"}}`),
	"textDocument/documentSymbol": says(`[{"name":"feed the cat","range":{"start":{"line":0}}},{"name":"sing","range":{"start":{"line":1}}}]`),
	"textDocument/didOpen": func(json.RawMessage) (any, error) {
		return jsonrpc.Progress{Notifications: []jsonrpc.Notification{{Method: "textDocument/publishDiagnostics", Params: json.RawMessage(
			`{"diagnostics":[{"range":{"start":{"line":0}},"message":"feed the cat"},{"range":{"start":{"line":1}},"message":"sing"}],"uri":"` + uri + `"}`)}}}, nil
	},
	"shutdown": says(`null`),
}

func says(result string) func(json.RawMessage) (any, error) {
	return func(json.RawMessage) (any, error) { return json.RawMessage(result), nil }
}

// An answer is all that a session learns.
type answer struct {
	Hover   string
	Symbols []langserver.Symbol
	Remarks []langserver.Diagnostic
}

// edit returns what an editor does in a session: it opens a document, asks two
// things at once, looks at the remarks, and leaves.
func edit(text string) func(context.Context, faulttest.Dialer) (answer, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (answer, error) {
		conn, err := dial(ctx)
		if err != nil {
			return answer{}, err
		}
		c, err := langserver.New(ctx, conn, langserver.Options{})
		if err != nil {
			return answer{}, err
		}
		defer c.Close()
		if err := c.Open(ctx, uri, text); err != nil {
			return answer{}, err
		}
		a, err := ask(ctx, c)
		if err != nil {
			return answer{}, err
		}
		return a, c.Shutdown(ctx)
	}
}

// ask asks two things at once, and for the remarks.
func ask(ctx context.Context, c *langserver.Client) (a answer, err error) {
	var hover, symbols error
	var asking sync.WaitGroup
	asking.Go(func() { a.Hover, hover = c.Hover(ctx, uri, 1) })
	asking.Go(func() { a.Symbols, symbols = c.Symbols(ctx, uri) })
	asking.Wait()
	if err := errors.Join(hover, symbols); err != nil {
		return answer{}, err
	}
	a.Remarks, err = c.Diagnostics(ctx, uri)
	return a, err
}

// A stub that says something else than the real daemon tests nothing.
func TestTheStubSaysWhatTheRealDaemonSays(t *testing.T) {
	want := answer{
		Hover:   "2 of 2: sing",
		Symbols: []langserver.Symbol{{Line: 0, Name: "feed the cat"}, {Line: 1, Name: "sing"}},
		Remarks: []langserver.Diagnostic{{Line: 0, Message: "feed the cat"}, {Line: 1, Message: "sing"}},
	}
	c := dial(t, realDaemon(t))
	require.NoError(t, c.Open(t.Context(), uri, catsAndSongs))
	real, err := ask(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, want, real)

	d := faulttest.Start(t, jsonrpc.Headers.Config(todod))
	stub, err := edit(catsAndSongs)(t.Context(), d.Dial)
	require.NoError(t, err)
	assert.Equal(t, want, stub)
}
