package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

// startGopls builds gopls, and has the relay spawn it for each client.
func startGopls(t *testing.T) front {
	gopls := filepath.Join(t.TempDir(), "gopls")
	build := exec.Command("go", "build", "-o", gopls, "golang.org/x/tools/gopls")
	build.Dir = "gopls"
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("gopls cannot be built: %v\n%s", err, out)
	}
	version := strings.TrimPrefix(firstLine(command(t, gopls, "version")), "golang.org/x/tools/gopls ")
	dir := t.TempDir()
	for name, text := range workspace {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	root := "file://" + filepath.ToSlash(dir)
	return front{
		version: version, varies: true, // progress has tokens, diagnostics come when they are there
		config: faultdaemon.Config{
			Protocol: jsonrpc.Headers, Upstream: relay.Command(gopls),
			FaultMatcher: jsonrpc.Method("textDocument/hover", "workspace/configuration"),
		},
		converse: func(t *testing.T, dial faulttest.Dialer) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			e, err := openEditor(ctx, dial, root)
			require.NoError(t, err)
			for range 3 {
				text, err := e.hover(ctx)
				require.NoError(t, err)
				assert.Contains(t, text, "func greet(name string) string")
				assert.Contains(t, text, "greet says hello — in one word.")
			}
			assert.NoError(t, e.close(ctx))
			assert.Contains(t, e.seen(), "workspace/configuration", "a request of the server's")
			assert.Contains(t, e.seen(), "window/logMessage", "a notification of the server's")
		},
		call: func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			e, err := openEditor(ctx, dial, root)
			if err != nil {
				return "", err
			}
			defer func() { _ = e.client.Close() }()
			return e.hover(ctx)
		},
	}
}

// workspace is the files of a program.
var workspace = map[string]string{
	"go.mod": "module example.com/hello\n\ngo 1.24\n",
	"main.go": `package main

// greet says hello — in one word.
func greet(name string) string { return "hello" + name }

func main() { println(greet("x")) }
`,
}

// An editor is a client of the Language Server Protocol that has one file open.
type editor struct {
	client *jrpc2.Client
	file   string

	mu      sync.Mutex
	methods []string // of the server's requests and notifications
}

// openEditor opens main.go in the workspace.
func openEditor(ctx context.Context, dial faulttest.Dialer, root string) (*editor, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	e := &editor{file: root + "/main.go"}
	e.client = jrpc2.NewClient(channel.LSP(conn, conn), &jrpc2.ClientOptions{OnCallback: e.answer, OnNotify: func(r *jrpc2.Request) { e.see(r) }})
	err = e.open(ctx, root)
	if err != nil {
		_ = e.client.Close()
	}
	return e, err
}

func (e *editor) open(ctx context.Context, root string) error {
	_, err := e.client.Call(ctx, "initialize", map[string]any{
		"processId": nil, "rootUri": root,
		"capabilities": map[string]any{
			"workspace": map[string]any{"configuration": true, "workspaceFolders": true},
			"window":    map[string]any{"workDoneProgress": true},
		},
		"workspaceFolders": []any{map[string]any{"uri": root, "name": "hello"}},
	})
	if err != nil {
		return err
	}
	if err := e.client.Notify(ctx, "initialized", map[string]any{}); err != nil {
		return err
	}
	return e.client.Notify(ctx, "textDocument/didOpen", map[string]any{
		"textDocument": map[string]any{"uri": e.file, "languageId": "go", "version": 1, "text": workspace["main.go"]},
	})
}

// answer answers a request of the server's: a configuration is that of the editor, which
// has none.
func (e *editor) answer(_ context.Context, r *jrpc2.Request) (any, error) {
	e.see(r)
	var params struct{ Items []any }
	if r.Method() != "workspace/configuration" {
		return nil, nil
	}
	err := r.UnmarshalParams(&params)
	return make([]any, len(params.Items)), err
}

func (e *editor) see(r *jrpc2.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.methods = append(e.methods, r.Method())
}

func (e *editor) seen() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.methods
}

// hover returns what the server says of the call of greet.
func (e *editor) hover(ctx context.Context) (string, error) {
	var result struct{ Contents struct{ Value string } }
	err := e.client.CallResult(ctx, "textDocument/hover", json.RawMessage(
		`{"textDocument":{"uri":"`+e.file+`"},"position":{"line":5,"character":23}}`), &result)
	return result.Contents.Value, err
}

// close ends the server as the protocol has it, which then closes the connection.
func (e *editor) close(ctx context.Context) error {
	_, err := e.client.Call(ctx, "shutdown", nil)
	return errors.Join(err, e.client.Notify(ctx, "exit", nil), e.client.Close())
}
