package resp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

func TestWhichCommandsExpectAReply(t *testing.T) {
	for request, want := range map[string]bool{
		"*1\r\n$4\r\nPING\r\n":               true,
		"PING\r\n":                           true,
		"*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n": true,
		"*3\r\n$6\r\nclient\r\n$5\r\nreply\r\n$2\r\non\r\n":      true,
		"*3\r\n$6\r\nclient\r\n$5\r\nreply\r\n$3\r\noff\r\n":     false,
		"CLIENT REPLY SKIP\r\n":                                  false,
		"*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n":                false,
		"psubscribe n*\r\n":                                      false,
		"*1\r\n$12\r\nSUNSUBSCRIBE\r\n":                          false,
		"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n":       false,
		"*3\r\n$8\r\nREPLCONF\r\n$4\r\ncapa\r\n$6\r\npsync2\r\n": true,
		"*2\r\n$3\r\nGET\r\n$9\r\nsubscribe\r\n":                 true,
		"\r\n":                                                   false,
		"  \n":                                                   false,
		"*0\r\n":                                                 false,
		"*-1\r\n":                                                false,
	} {
		require.Equal(t, want, resp.Protocol{}.ExpectsReply([]byte(request)), "%q", request)
	}
}

func TestWhatIsPushed(t *testing.T) {
	for message, want := range map[string]bool{
		">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n":              true,
		">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n":                   true,
		"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n":              true,
		"*3\r\n$8\r\nsmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n":             true,
		"*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n": true,
		"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n":                  true,
		"*3\r\n$12\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n":               false, // 11 letters: it is none
		"*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n":                      true,
		"*2\r\n$7\r\nmessage\r\n$4\r\nnews\r\n":                          false,
		"*4\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n":       false,
		"*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n$1\r\nb\r\n":                false,
		"*2\r\n$4\r\npong\r\n$0\r\n\r\n":                                 false,
		"$7\r\nmessage\r\n":                                              false,
		"*3\r\n+message\r\n$1\r\na\r\n$1\r\nb\r\n":                       false,
		"+OK\r\n": false,
	} {
		require.Equal(t, want, resp.Protocol{}.Pushed([]byte(message)), "%q", message)
	}
}

func TestSelectors(t *testing.T) {
	for message, want := range map[string][]string{
		"*2\r\n$3\r\nGet\r\n$4\r\nname\r\n":                 {"GET", "get", "GET name", "get name"},
		"config get *\r\n":                                  {"CONFIG", "config", "CONFIG get", "config get"},
		"*1\r\n$4\r\nPING\r\n":                              {"PING", "ping"},
		">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n": {"MESSAGE", "message", "MESSAGE news", "message news"},
		"*0\r\n":        nil,
		"\r\n":          nil,
		"$3\r\nGET\r\n": nil,
		"*1\r\n*0\r\n":  nil,
	} {
		require.Equal(t, want, resp.Protocol{}.Selectors([]byte(message)), "%q", message)
	}
}

func TestPayload(t *testing.T) {
	for message, want := range map[string]string{
		"*2\r\n$3\r\nGET\r\n$4\r\nname\r\n": "GET name",
		" GET  name\r\n":                    "GET name",
		"$2\r\n\r\n\r\n":                    "\r\n",
		"-ERR no\r\n":                       "ERR no",
		"$-1\r\n":                           "",
		"*3\r\n:1\r\n*2\r\n_\r\n#t\r\n$1\r\na\r\n": "1  t a",
		"*2\r\n:1\r\n$5\r\nab":                     "1 $5\r\nab", // cut short
	} {
		got, err := resp.Protocol{}.Payload([]byte(message))
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%q", message)
	}
}

func TestDissect(t *testing.T) {
	const framing, data, terminator = faultdaemon.FramingField, faultdaemon.DataField, faultdaemon.TerminatorField
	for message, want := range map[string][]faultdaemon.Field{
		"*2\r\n$3\r\nGET\r\n:12\r\n": {
			{Name: "head", Size: 4, Kind: framing},
			{Name: "head", Size: 4, Kind: framing}, {Name: "text", Size: 3, Kind: data}, {Name: "line end", Size: 2, Kind: framing},
			{Name: "head", Size: 1, Kind: framing}, {Name: "text", Size: 2, Kind: data}, {Name: "terminator", Size: 2, Kind: terminator},
		},
		"*0\r\n":   {{Name: "head", Size: 2, Kind: framing}, {Name: "terminator", Size: 2, Kind: terminator}},
		"$-1\r\n":  {{Name: "head", Size: 3, Kind: framing}, {Name: "terminator", Size: 2, Kind: terminator}},
		"PING\r\n": {{Name: "command", Size: 4, Kind: data}, {Name: "terminator", Size: 2, Kind: terminator}},
		"*2\r\n:1\r\n$3\r\nab": {
			{Name: "head", Size: 4, Kind: framing},
			{Name: "head", Size: 1, Kind: framing}, {Name: "text", Size: 1, Kind: data}, {Name: "line end", Size: 2, Kind: framing},
			{Name: "message", Size: 6, Kind: data},
		},
	} {
		require.Equal(t, want, resp.Protocol{}.Dissect([]byte(message)), "%q", message)
	}
}
