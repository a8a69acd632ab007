package setup

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatAClientSpeaksIsRecognised(t *testing.T) {
	const first = "this looks like "
	for name, tt := range map[string]struct{ sent, want string }{
		"headers":           {"Content-Length: 17\r\n\r\n{\"jsonrpc\":\"2.0\"}", first + "Content-Length headers: try --protocol jsonrpc-headers"},
		"headers, type":     {"content-type: x\r\nContent-Length: 17\r\n", first + "Content-Length headers: try --protocol jsonrpc-headers"},
		"JSON-RPC":          {`{"jsonrpc":"2.0","method":"a","id":1}` + "\n", first + "JSON-RPC, one message a line: try --protocol jsonrpc"},
		"JSON-RPC, CRLF":    {`{"jsonrpc":"2.0","method":"a","id":1}` + "\r\n", first + "JSON-RPC, one message a line: try --protocol jsonrpc"},
		"JSON-RPC, bare":    {`{"jsonrpc":"2.0","method":"a","id":1}`, first + "JSON-RPC without a newline behind each message: try --protocol jsonrpc-values"},
		"JSON-RPC, batch":   {`[{"jsonrpc":"2.0","method":"a","id":1}]` + "\n", first + "JSON-RPC, one message a line: try --protocol jsonrpc"},
		"indented":          {"{\n  \"jsonrpc\": \"2.0\"\n}\n", first + "JSON texts of several lines: try --protocol jsonrpc-values"},
		"NDJSON":            {`{"a":1}` + "\n", first + "JSON, one text a line: try --protocol ndjson"},
		"JSON, bare":        {`{"a":1}`, first + "JSON without a newline behind each text: try --protocol jsonrpc-values"},
		"JSON, cut":         {`{"a":1`, first + "JSON that has no end: the client has to write all of its request, and to flush it"},
		"varlink":           {"{\"method\":\"a\"}\x00", first + "JSON texts that end with a NUL: try --protocol nul"},
		"NUL":               {"ping\x00", first + "text that ends with a NUL: try --protocol nul"},
		"lines":             {"ping\nping\n", first + "lines of text: try --protocol lines"},
		"no newline":        {"ping", first + "text without a newline or a NUL at its end: the client has to end its messages, or to flush them"},
		"big endian":        {"\x00\x00\x00\x05hello", first + "messages that begin with their length: try --protocol length-prefix:offset=0,width=4,order=be"},
		"big endian, twice": {"\x00\x00\x00\x05hello\x00\x00\x00\x01!", first + "messages that begin with their length: try --protocol length-prefix:offset=0,width=4,order=be"},
		"little endian":     {"\x0b\x00\x00\x00{\"ok\":true}", first + "messages that begin with their length: try --protocol length-prefix:offset=0,width=4,order=le"},
		"counts itself":     {"\x00\x00\x00\x09hello", first + "messages that begin with their length: try --protocol length-prefix:offset=0,width=4,order=be,adjust=-4"},
		"i3":                {"i3-ipc\x02\x00\x00\x00\x01\x00\x00\x00[]", first + "messages that begin with their length: try --protocol length-prefix:i3"},
		"Discord":           {"\x01\x00\x00\x00\x02\x00\x00\x00{}", first + "messages that begin with their length: try --protocol length-prefix:discord"},
		"Postgres":          {"Q\x00\x00\x00\x0cselect;\x00", first + "messages that begin with their length: try --protocol length-prefix:postgres"},
		"two bytes":         {"\x00\x05hello", first + "messages that begin with their length: try --protocol length-prefix:offset=0,width=2,order=be"},
		"varint":            {"\x05hello", first + "messages that begin with their length: try --protocol length-prefix:varint"},
		"HTTP":              {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", first + "HTTP, which is out of this command's scope"},
		"HTTP/2":            {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", first + "HTTP, which is out of this command's scope"},
		"TLS":               {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", first + "TLS: the daemon speaks without it, so have the client connect in the clear"},
		"Redis":             {"*1\r\n$4\r\nPING\r\n", first + "RESP, the protocol of Redis: try --protocol resp"},
		"nothing":           {"", ""},
		"noise":             {"\xfe\xdc\xba\x98\x76\x54\x32\x10\xff", ""},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, LooksLike([]byte(tt.sent))) })
	}
}

func TestWhatTheDaemonReadsAnywayIsNotSuggested(t *testing.T) {
	ndjson := Setup{Protocol: "ndjson"}
	assert.Empty(t, ndjson.LooksLike([]byte("{}\n")))
	assert.Contains(t, ndjson.LooksLike([]byte("ping\n")), "--protocol lines")
	lines := Setup{Protocol: "lines"}
	assert.Contains(t, lines.LooksLike([]byte("GET / HTTP/1.1\r\n\r\n")), "HTTP")
}
