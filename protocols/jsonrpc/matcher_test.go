package jsonrpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestMethod(t *testing.T) {
	match := jsonrpc.Method("list", "add")
	for text, want := range map[string]bool{
		`{"jsonrpc":"2.0","method":"list","id":1}`:                             true,
		`{"jsonrpc":"2.0","method":"add"}`:                                     true,
		`{"jsonrpc":"2.0","method":"\u006cist","id":1}`:                        true,
		`[{"jsonrpc":"2.0","method":"get"},{"jsonrpc":"2.0","method":"list"}]`: true,
		`{"jsonrpc":"2.0","method":"get","id":1}`:                              false,
		`{"jsonrpc":"2.0","method":"lists","params":["list"],"id":1}`:          false,
		`{"jsonrpc":"2.0","result":"list","id":1}`:                             false,
		`{"method":"list"}`:                                                    false,
		`["list"]`:                                                             false,
		`list`:                                                                 false,
	} {
		for _, p := range framings {
			require.Equal(t, want, match([]byte(framed(p, text))), "%s: %s", p, text)
		}
	}
}

func TestAfterHandshake(t *testing.T) {
	named := func(method string) string { return `{"jsonrpc":"2.0","method":"` + method + `","id":1}` }
	for text, want := range map[string]bool{
		named("initialize"):                                      false,
		named("server/discover"):                                 false,
		`{"jsonrpc":"2.0","method":"initialized"}`:               false,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`: false,
		`{"jsonrpc":"2.0","result":{},"id":1}`:                   false,
		"[" + named("initialize") + "]":                          false,
		named("tools/list"):                                      true,
		named("initialized2"):                                    true,
		`{"jsonrpc":"2.0","method":"notifications/cancelled"}`:   true,
		"[" + named("initialize") + "," + named("ping") + "]":    true,
		`{"jsonrpc":`:       true,
		`{"jsonrpc":"2.0"}`: true,
		`[]`:                true,
	} {
		for _, p := range framings {
			require.Equal(t, want, jsonrpc.AfterHandshake([]byte(framed(p, text))), "%s: %s", p, text)
		}
	}
}

// TestMatchersReadOddHeaders: whatever ends its lines, and whatever it holds.
func TestMatchersReadOddHeaders(t *testing.T) {
	const body = `{"jsonrpc":"2.0","method":"list","id":1}`
	for _, header := range []string{
		"Content-Length: 40\n\n", "Content-Length: 40\r\n\n", "X: [{\r\ncontent-length:40\r\n\r\n",
	} {
		require.True(t, jsonrpc.Method("list")([]byte(header+body)), header)
	}
	require.False(t, jsonrpc.Method("list")(nil))
}
