package jsonrpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// The faults of lines of JSON apply to JSON-RPC over lines, a log line before
// the reply above all.
func TestFaultsOfLinesOfJSON(t *testing.T) {
	const request = `{"jsonrpc":"2.0","id":1,"method":"status"}` + "\n"
	const reply = `{"jsonrpc":"2.0","id":1,"result":"ok"}` + "\n"
	exampletest.Run(t, faultdaemon.Config{Protocol: jsonrpc.Lines, Catalogues: []*faultdaemon.Catalogue{ndjson.Faults}}, []exampletest.Case{
		{Fault: ndjson.FaultGarbagePrefix, Examples: []faultdaemon.Example{
			{Send: request, Reply: reply, Got: "INFO: listening on the socket\n" + reply},
		}},
		{Fault: ndjson.FaultCRLF, Examples: []faultdaemon.Example{
			{Send: request, Reply: reply, Got: `{"jsonrpc":"2.0","id":1,"result":"ok"}` + "\r\n"},
		}},
		{Fault: ndjson.FaultBOM, Examples: []faultdaemon.Example{
			{Send: request, Reply: reply, Got: "\xef\xbb\xbf" + reply},
		}},
	})
	for _, info := range ndjson.Faults.All() {
		require.NoError(t, info.Applies(jsonrpc.Lines))
		if info.Name == ndjson.FaultOversizedLine { // a long message is one in every framing
			continue
		}
		require.ErrorContains(t, info.Applies(jsonrpc.Headers), "jsonrpc.Headers has no delimiter")
		require.ErrorContains(t, info.Applies(jsonrpc.Values), "jsonrpc.Values has no delimiter")
	}
}
