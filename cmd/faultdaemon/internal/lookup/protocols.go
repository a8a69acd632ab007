package lookup

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// A Protocol is one that faults are shown on: its name, and a request with its
// reply.
type Protocol struct {
	Name           string
	Value          faultdaemon.Protocol
	Request, Reply []byte // whole messages
}

// A sampler is a protocol that has an exchange to show faults on.
type sampler interface {
	Sample() (request, reply []byte)
}

// protocols returns those of a tool, in the order of their names, and the
// bundled ones.
func protocols(own map[string]faultdaemon.Protocol) (list []Protocol, err error) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		p, err := sample(Protocol{Name: name, Value: own[name]})
		if err != nil {
			return nil, fmt.Errorf("protocol %s: %w", name, err)
		}
		list = append(list, p)
	}
	for _, p := range bundled() {
		if own[p.Name] == nil {
			list = append(list, p)
		}
	}
	return list, nil
}

// sample gives a protocol the exchange that it has itself or, where it has
// none, one that carries "ping" and "pong".
func sample(p Protocol) (Protocol, error) {
	if s, ok := p.Value.(sampler); ok {
		p.Request, p.Reply = s.Sample()
		return p, nil
	}
	var err error
	if p.Request, err = p.Value.Frame([]byte("ping")); err != nil {
		return p, err
	}
	p.Reply, err = p.Value.Frame([]byte("pong"))
	return p, err
}

// The exchanges that faults are shown on.
const (
	ask    = `{"id":1,"type":"get"}`
	answer = `{"id":1,"ok":true,"text":"a pint of milk"}`
	call   = `{"jsonrpc":"2.0","method":"status","id":1}`
	result = `{"jsonrpc":"2.0","result":"ok","id":1}`
)

func bundled() []Protocol {
	headers := func(text string) []byte { return fmt.Appendf(nil, "Content-Length: %d\r\n\r\n%s", len(text), text) }
	return []Protocol{
		{"lines", faultdaemon.Lines, []byte("ping\n"), []byte("pong\n")},
		{"ndjson", ndjson.Lines, []byte(ask + "\n"), []byte(answer + "\n")},
		{"jsonrpc", jsonrpc.Lines, []byte(call + "\n"), []byte(result + "\n")},
		{"jsonrpc-headers", jsonrpc.Headers, headers(call), headers(result)},
		{"jsonrpc-values", jsonrpc.Values, []byte(call), []byte(result)},
		{"resp", resp.Protocol{}, []byte("*2\r\n$3\r\nGET\r\n$4\r\nnote\r\n"), []byte("$14\r\na pint of milk\r\n")},
		{"length-prefix:chrome", lengthprefix.Chrome(), []byte("\x15\x00\x00\x00" + ask), []byte("\x2a\x00\x00\x00" + answer)},
		{"length-prefix:i3", lengthprefix.I3(), []byte("i3-ipc\x04\x00\x00\x00\x01\x00\x00\x00ping"), []byte("i3-ipc\x04\x00\x00\x00\x01\x00\x00\x00pong")},
		{"length-prefix:kafka", lengthprefix.Kafka(), []byte("\x00\x00\x00\x04ping"), []byte("\x00\x00\x00\x04pong")},
		{"length-prefix:postgres", lengthprefix.Postgres(), []byte("Q\x00\x00\x00\x0dSELECT 1\x00"), []byte("Z\x00\x00\x00\x05I")},
		{"length-prefix:varint", lengthprefix.Varint{}, []byte("\x04ping"), []byte("\x04pong")},
	}
}

// named returns the protocol that has a name.
func named(list []Protocol, name string) (Protocol, error) {
	var names []string
	for _, p := range list {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Protocol{}, fmt.Errorf("--protocol is %q: want one of %s", name, strings.Join(names, ", "))
}
