//go:build !race

package jsonrpc_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A call allocates the name of its method, its reply and what package json needs to
// write that: not a map of its members, nor a list of its messages. The race detector
// allocates on its own: this is not built with it.
func TestAllocationsOfACall(t *testing.T) {
	handler := jsonrpc.Lines.Handler(jsonrpc.Methods{
		"status": func(json.RawMessage) (any, error) { return "ok", nil },
	})
	request := []byte(`{"jsonrpc":"2.0","id":1,"method":"status","params":{"verbose":true}}` + "\n")
	require.Equal(t, `{"jsonrpc":"2.0","result":"ok","id":1}`+"\n", string(handler(request)))
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() { handler(request) }), 5.0)
}
