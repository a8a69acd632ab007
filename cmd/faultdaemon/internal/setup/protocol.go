package setup

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// A protocol is one that can be named on the command line.
type protocol struct {
	name  string // the value of --protocol
	reads string // what a daemon that speaks it reads, in words
	value faultdaemon.Protocol
}

// protocols are those that a tool's commands speak: its own, then the bundled
// ones. One of its own hides a bundled one of the same name.
func (own Own) protocols() (list []protocol) {
	for _, name := range slices.Sorted(maps.Keys(own.Protocols)) {
		list = append(list, protocol{name, "messages of " + name, own.Protocols[name]})
	}
	list = append(list,
		protocol{"lines", "lines, each ended by a newline", faultdaemon.Lines},
		protocol{"ndjson", "JSON texts, each on a line of its own", ndjson.Lines},
		protocol{"nul", "messages, each ended by a NUL", nulTerminated},
		protocol{"jsonrpc", "JSON-RPC 2.0, one message a line", jsonrpc.Lines},
		protocol{"jsonrpc-headers", "JSON-RPC 2.0 behind Content-Length headers", jsonrpc.Headers},
		protocol{"jsonrpc-values", "JSON-RPC 2.0, JSON texts with nothing between them", jsonrpc.Values},
		protocol{"resp", "RESP, the protocol of Redis", resp.Protocol{}},
	)
	return append(list, presets()...)
}

// fallback is the name of the protocol that is spoken where none is named: the
// tool's own where there is exactly one, else lines.
func (own Own) fallback() string {
	if len(own.Protocols) == 1 {
		return own.protocols()[0].name
	}
	return "lines"
}

// ProtocolNames are the values of --protocol, for completion and help.
func (own Own) ProtocolNames() (names []string) {
	for _, p := range own.protocols() {
		names = append(names, p.name)
	}
	return names
}

// find returns the protocol that has a name, "" being the default.
func (own Own) find(name string) (protocol, error) {
	if name == "" {
		name = own.fallback()
	}
	list := own.protocols()
	if i := slices.IndexFunc(list, func(p protocol) bool { return p.name == name }); i >= 0 {
		return list[i], nil
	}
	if layout, found := strings.CutPrefix(name, lengthPrefix); found && strings.Contains(layout, "=") {
		value, err := parseLayout(layout)
		if err != nil {
			return protocol{}, fmt.Errorf("--protocol %s: %w", name, err)
		}
		return protocol{name, "messages that begin with their length", value}, nil
	}
	names := own.ProtocolNames()
	return protocol{}, fmt.Errorf("--protocol is %q%s: want one of %s, or %soffset=4,width=4,order=le,adjust=0,max=1048576",
		name, didYouMean(name, names), strings.Join(names, ", "), lengthPrefix)
}
